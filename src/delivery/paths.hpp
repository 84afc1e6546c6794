#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "bounces/reply_reader.hpp"
#include "delivery/direct_outlet.hpp"
#include "delivery/known_site.hpp"
#include "delivery/path_gauges.hpp"
#include "delivery/site_pace.hpp"
#include "delivery/site_view.hpp"
#include "shaping/pace.hpp"

namespace sesame::delivery {

/// The paths that are in use, by the rules in force, with what was learned of them. Thread: one.
class Paths {
 public:
  /// `clock` outlives the paths.
  Paths(const ShapeSource& source, const Clock& clock);

  /// Reads a server's reply by the rules in force. Thread: any, also after this object's end.
  std::function<bounces::Meaning(const bounces::ServerReply&)> reply_reader() const;

  /// The domain as a destination, when a [destination] of the rules names it; else empty.
  std::string destination_with_limits(std::string_view domain) const;
  /// 1 more with each change of the rules.
  std::uint64_t epoch() const { return epoch_; }
  /// The sources by the rules that it goes by.
  const shaping::SourcePools& source_pools() const { return rules_->source_pools(); }
  /// The shape of mail to these hosts.
  Shape shape_of(std::span<const std::string> hosts, const KnownSite::Key& key);

  /// Gives what was learned since the last call, and publishes the metrics of the paths. Forgets paths that
  /// no site uses, and takes the newest rules.
  shaping::PathMemories take_changes();

  /// The holds that last, of paths in use and of those that are remembered.
  std::vector<HeldPath> holds() const;
  /// Ends the hold of a path, or of a sender there, and returns it as it was; nullopt when it has none.
  std::optional<HeldPath> end_hold(const std::string& path);
  /// The memory of a path, or of a sender there, as it is now.
  shaping::PathMemory memory(const std::string& path) const;
  /// The limits of mail to these hosts; the arguments are those of shape_of(). Without a site.
  DestinationView look_at(std::span<const std::string> hosts, const KnownSite::Key& key) const;

 private:
  struct Known {
    std::shared_ptr<shaping::Pace> pace;
    std::shared_ptr<const PathName> path;
    std::uint64_t epoch = 0;  // That of the rules its limits come from.
  };

  const Known* find(std::string_view path) const;
  void add_holds_of(const std::string& name, const Known& known, std::vector<HeldPath>& holds) const;
  void take_newest_rules();
  std::shared_ptr<shaping::Pace> make_pace(const std::string& name, const std::string& provider,
                                           const shaping::Limits& limits) const;
  void remember(std::string name, const shaping::PathMemory& memory, shaping::PathMemories& changed);
  void shorten_hold(shaping::Pace& pace, const std::string& provider) const;
  static std::string name_of(const KnownSite::Key& key, const shaping::Rules::Profile& profile);

  const std::shared_ptr<const shaping::RulesInForce> in_force_;
  const bounces::Classifier& classifier_;
  const Clock& clock_;
  // By the name of the path, or of the path and a sender: "provider gmail from shop.test".
  std::map<std::string, shaping::PathMemory> remembered_;
  std::uint64_t epoch_;  // Asked before rules_ were.
  std::shared_ptr<const shaping::Rules> rules_;
  /// By name: "provider gmail" where its sites share limits, else "site " and the key of its servers; with a
  /// source "provider gmail over a".
  std::map<std::string, Known> known_;
  PathGauges gauges_;
};

}  // namespace sesame::delivery
