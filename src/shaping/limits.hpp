#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "smtp/target.hpp"

/// How fast mail goes to whom: the limits of providers and destinations, as data.
namespace sesame::shaping {

/// At most `count` in each `per`, evenly spread.
struct Rate {
  std::uint32_t count = 0;
  std::chrono::seconds per{1};

  double per_second() const { return count / static_cast<double>(per.count()); }
  auto operator<=>(const Rate&) const = default;
};

/// The bounds between which a number adapts to what the servers accept: it begins with `start`.
struct Range {
  unsigned start = 1;
  unsigned max = 1;
  auto operator<=>(const Range&) const = default;
};

/// The moment at which a provider's day begins, by the clock that it goes by.
struct DayBegin {
  std::chrono::minutes of_day{0};
  std::chrono::minutes offset_from_utc{0};
  auto operator<=>(const DayBegin&) const = default;
};

/// The limits of all sites of a provider together. nullopt: each site keeps its own.
struct SharedLimits {
  std::optional<Range> connections;
  std::optional<Rate> connects;
  std::optional<Rate> mails;

  bool any() const { return connections || connects || mails; }
  auto operator<=>(const SharedLimits&) const = default;
};

/// The limits in force for a site.
struct Limits {
  Range connections{.start = 2, .max = 10};  // At a time, for each site.
  unsigned messages_per_connection = 50;
  Rate connects{.count = 100, .per = std::chrono::seconds(60)};  // New connections.
  Rate mails{.count = 50, .per = std::chrono::seconds(1)};
  std::chrono::seconds idle{5};
  smtp::TlsPolicy tls = smtp::TlsPolicy::opportunistic;
  smtp::StsUse mta_sts = smtp::StsUse::follow;
  std::vector<std::chrono::seconds> greylist_retry{std::chrono::minutes(6), std::chrono::minutes(15)};
  DayBegin day_begin;
  SharedLimits shared;

  auto operator<=>(const Limits&) const = default;
};

}  // namespace sesame::shaping
