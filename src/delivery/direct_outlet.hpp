#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "bounces/classifier.hpp"
#include "delivery/outlet.hpp"
#include "delivery/site_options.hpp"
#include "delivery/site_view.hpp"
#include "delivery/source_health.hpp"
#include "net/loops.hpp"
#include "routing/route_cache.hpp"
#include "shaping/path_rows.hpp"
#include "shaping/rules_in_force.hpp"
#include "smtp/target.hpp"

namespace sesame::delivery {

class DirectSites;

struct DirectOptions {
  SiteOptions site;                          // For each site.
  smtp::Target target;                       // For each target, which adds its host and address.
  unsigned connections = 1000;               // All sites together, open and opening.
  std::size_t targets_per_site = 5;          // Addresses that are tried for one connection.
  std::chrono::milliseconds unused{60'000};  // A site without mail and connections is forgotten after this.
  std::size_t unrouted_mails = 512;          // Mails whose destination is looked up.
  /// Mails at sites that have ended no dialogue yet or have failed since, and those whose destination is
  /// looked up: a part of all mail, so that dead destinations do not take the places of others.
  std::size_t untried_mails = 4096;
};

/// The rules of mail's pace, and what was learned of paths.
struct ShapeSource {
  std::shared_ptr<const shaping::RulesInForce> rules;
  std::shared_ptr<SourceHealth> sources;
  const bounces::Classifier* classifier = nullptr;  // Outlives the outlet.
  shaping::PathMemories remembered;
  /// Keeps what was learned, which `newest` gives in the job that writes it; called by tick() and stop().
  /// False when it failed: then it comes again.
  std::function<bool(const std::function<shaping::PathMemories()>& newest)> keep;
};

/// Delivers mail to the servers that the DNS names for the domain of each recipient, from the sources of the
/// rules (shaping/source_pools.hpp). Domains with the same servers share a site and its connections, for each
/// source its own; how fast mail goes to it, its pace decides (shaping/pace.hpp),
/// which the sites of a provider may share. A site that cannot be used keeps no mail: its mail is reported
/// with that failure, and comes again as the retry schedule says. A destination without servers is an attempt
/// at stage `connect`, refused or deferred as the route says. Mail beyond what a site takes within moments is
/// refused a place by admission() and stays with its source. Thread: any, except a loop's.
class DirectOutlet final : public Outlet {
 public:
  /// The routes that it asks for, until stop() has returned.
  struct RouteSource {
    /// As routing::Routes::find; an answer may come after stop().
    std::function<void(std::string_view domain, std::function<void(routing::RoutePtr)>)> find;
    /// As routing::Routes::known.
    std::function<routing::RoutePtr(std::string_view domain)> known;
  };

  /// `loops` must run until stop() has returned; `clock` and `random` outlive the loops.
  DirectOutlet(DirectOptions options, RouteSource routes, ShapeSource shapes, net::Loops& loops,
               const Clock& clock, Random& random);
  ~DirectOutlet() override;

  void start(Dispatch& engine) override;
  messages::Admission* admission() override;
  void submit(std::vector<DueDraft> drafts) override;
  void composed(std::vector<Parcel> parcels, std::vector<std::uint64_t> missing) override;
  void stop(std::chrono::milliseconds patience) override;
  void tick() override;

  /// The sites in memory.
  std::size_t sites() const;
  /// A view of each.
  std::vector<SiteInView> list_sites() const;
  /// The holds that last, also those of paths without mail.
  std::vector<HeldPath> holds() const;
  /// As RouteSource::find.
  void find_route(std::string_view domain, std::function<void(routing::RoutePtr)> answer) const;
  /// The limits of mail to a domain with this route, and its site when there is one.
  DestinationView look_at(const routing::Plan& plan, std::string_view domain) const;
  /// Ends a hold and returns it as it was; nullopt when the path has none. Mail goes at once. The next tick()
  /// keeps that; write memories() in a job when it has to be kept before.
  std::optional<HeldPath> end_hold(const std::string& path);
  /// The memories of these paths as they are now.
  shaping::PathMemories memories(const std::vector<std::string>& paths) const;

 private:
  std::shared_ptr<DirectSites> sites_;
  const RouteSource routes_;
};

}  // namespace sesame::delivery
