#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "delivery/lane.hpp"
#include "delivery/site.hpp"
#include "routing/site.hpp"

namespace sesame::delivery {

/// A site of mode direct that has mail or had some a moment ago. A value.
struct KnownSite {
  /// Destinations with the same servers share a site, unless one has limits of its own.
  struct Key {
    routing::SiteKey servers;
    std::string destination;  // With limits of its own; mostly empty.
    auto operator<=>(const Key&) const = default;
  };

  std::shared_ptr<Site> site;
  std::shared_ptr<Lane> lane;
  Site::Time used;
  std::vector<std::string> hosts;
  std::uint64_t epoch = 0;  // That of the rules by which it is shaped.
};

}  // namespace sesame::delivery
