#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "delivery/lane.hpp"
#include "delivery/site.hpp"
#include "net/loops.hpp"
#include "routing/site.hpp"

namespace sesame::delivery {

/// A site of mode direct that has mail or had some a moment ago. A value.
struct KnownSite {
  /// Destinations with the same servers share a site for each source, unless one has limits of its own.
  struct Key {
    routing::SiteKey servers;
    std::string destination;  // With limits of its own; mostly empty.
    std::string source;       // The name of the source that its connections come from; empty: none.
    auto operator<=>(const Key&) const = default;
  };

  std::shared_ptr<Site> site;
  std::shared_ptr<Lane> lane;
  Site::Time used;
  std::shared_ptr<const std::vector<std::string>> hosts;
  std::uint64_t epoch = 0;  // That of the rules by which it is shaped.
};

/// Composed mail of one site.
struct ComposedMail {
  std::vector<Parcel> parcels;
  std::size_t ordered = 0;  // Drafts whose composition ended, also without a mail.
};
/// Composed mail by the number of its site; `missing`: the sites of drafts that became no mail.
std::map<std::uint64_t, ComposedMail> by_site(std::vector<Parcel> parcels,
                                              const std::vector<std::uint64_t>& missing);

/// Stops all of them: no new dialogue begins, those under way have that time to end, and nothing is reported
/// afterwards. `loops` must run.
void stop_sites(const std::vector<KnownSite>& sites, net::Loops& loops, const Clock& clock,
                std::chrono::milliseconds patience);

}  // namespace sesame::delivery
