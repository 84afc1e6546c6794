#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "routing/plan.hpp"

namespace sesame::routing {

/// A route that several callers share.
using RoutePtr = std::shared_ptr<const Route>;

/// A second answer as late as this decides about a domain to which the first one left no server: later still,
/// up to an hour, while resolvers may repeat the first answer from their memory (RFC 2308 §5).
inline constexpr std::int64_t kSuspectMs = 900'000;
inline constexpr std::int64_t kSuspectMaxMs = 3'600'000;
/// The time for which a domain that was denied twice is refused without a look-up.
inline constexpr std::int64_t kDeadMs = 86'400'000;
/// A plan is used for this long beyond its end while the DNS fails.
inline constexpr std::int64_t kStaleMs = 3'600'000;
/// The pauses before the next look-up while the DNS gives no answer; the last one repeats.
inline constexpr std::int64_t kUnsureMs[] = {60'000, 300'000, 900'000, 1'800'000};

/// The routes that are known, and for how long: a plan until its records expire; a domain that the DNS denies
/// is suspect, and dead when a second answer confirms it; while the DNS fails the last plan is used, or the
/// next look-up waits longer each time. The least recently used leave when there are `max`. Thread: one.
class RouteCache {
 public:
  explicit RouteCache(std::size_t max) : max_(max) {}

  /// The route of a destination; nullptr when it has to be looked up.
  RoutePtr find(std::string_view destination, std::int64_t now_ms);

  /// Keeps the result of a look-up, and returns what follows from it and from the results before. Its
  /// valid_until_ms is the time of the next look-up.
  RoutePtr store(const std::string& destination, Route found, std::int64_t now_ms);

  /// The last plan of a destination while the DNS cannot be asked; nullptr when it has none, or an old one.
  RoutePtr last_plan(std::string_view destination, std::int64_t now_ms) const;

  std::size_t size() const { return by_name_.size(); }

 private:
  struct Entry {
    std::string destination;
    RoutePtr route;
    std::int64_t stored_ms = 0;
    std::int64_t until_ms = 0;                          // The next look-up.
    std::int64_t plan_until_ms = 0;                     // The end of the last plan's own time.
    std::optional<std::int64_t> suspect_until_ms = {};  // A denial from then on is the second one.
    NoRoute::Kind suspected = NoRoute::Kind::dead;      // The kind that a second denial confirms.
    unsigned failures = 0;  // Look-ups without an answer since the last one with one.
  };
  using Entries = std::list<Entry>;

  Entry& touch(const std::string& destination);
  static void store_none(Entry& entry, NoRoute none, std::int64_t now_ms);
  static RoutePtr stale_plan(const Entry& entry, std::int64_t until_ms, std::int64_t now_ms);

  const std::size_t max_;
  Entries entries_;                                                  // The most recently used first.
  std::unordered_map<std::string_view, Entries::iterator> by_name_;  // The names are those of the entries.
};

}  // namespace sesame::routing
