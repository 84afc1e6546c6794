#include "routing/route_cache.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sesame::routing {

using Kind = NoRoute::Kind;

RoutePtr RouteCache::find(std::string_view destination, std::int64_t now_ms) {
  const auto found = by_name_.find(destination);
  if (found == by_name_.end()) return nullptr;
  const Entry& entry = *found->second;
  // A clock that was set back must not keep a route alive.
  if (now_ms >= entry.until_ms || now_ms < entry.stored_ms) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return entry.route;
}

RoutePtr RouteCache::store(const std::string& destination, Route found, std::int64_t now_ms) {
  Entry& entry = touch(destination);
  entry.stored_ms = now_ms;
  if (auto* none = std::get_if<NoRoute>(&found)) {
    store_none(entry, std::move(*none), now_ms);
    return entry.route;
  }
  entry.until_ms = entry.plan_until_ms = valid_until_ms(found);
  entry.suspect_until_ms.reset();
  entry.failures = 0;
  entry.route = std::make_shared<const Route>(std::move(found));
  return entry.route;
}

void RouteCache::store_none(Entry& entry, NoRoute none, std::int64_t now_ms) {
  if (none.kind == Kind::unsure) {
    entry.until_ms = now_ms + kUnsureMs[std::min<std::size_t>(entry.failures++, std::size(kUnsureMs) - 1)];
    if (RoutePtr stale = stale_plan(entry, entry.until_ms, now_ms)) {
      entry.until_ms = valid_until_ms(*stale);
      entry.route = std::move(stale);
      return;
    }
  } else if (none.kind == Kind::suspect) {
    entry.failures = 0;
    if (none.confirmed != entry.suspected) entry.suspect_until_ms.reset();
    entry.suspected = none.confirmed;
    if (entry.suspect_until_ms && now_ms >= *entry.suspect_until_ms) {
      none.kind = none.confirmed;
      entry.until_ms = none.kind == Kind::dead ? now_ms + kDeadMs : none.valid_until_ms;
      entry.suspect_until_ms.reset();
    } else {
      const std::int64_t until_ms =
          now_ms + std::clamp(none.valid_until_ms - now_ms, kSuspectMs, kSuspectMaxMs);
      entry.until_ms = std::min(entry.suspect_until_ms.value_or(until_ms), until_ms);
      entry.suspect_until_ms = entry.until_ms;
    }
  } else {
    entry.until_ms = none.valid_until_ms;
    entry.suspect_until_ms.reset();
    entry.failures = 0;
  }
  none.valid_until_ms = entry.until_ms;
  entry.route = std::make_shared<const Route>(std::move(none));
}

RoutePtr RouteCache::last_plan(std::string_view destination, std::int64_t now_ms) const {
  const auto found = by_name_.find(destination);
  return found == by_name_.end() ? nullptr : stale_plan(*found->second, now_ms, now_ms);
}

/// The entry's plan until `until_ms`, or as long as it may be used; nullptr when it may not.
RoutePtr RouteCache::stale_plan(const Entry& entry, std::int64_t until_ms, std::int64_t now_ms) {
  const Plan* const plan = entry.route ? std::get_if<Plan>(&*entry.route) : nullptr;
  const std::int64_t end_ms = entry.plan_until_ms + kStaleMs;
  if (plan == nullptr || now_ms >= end_ms) return nullptr;
  Plan stale = *plan;
  stale.stale = true;
  stale.valid_until_ms = std::min(until_ms, end_ms);
  return std::make_shared<const Route>(std::move(stale));
}

RouteCache::Entry& RouteCache::touch(const std::string& destination) {
  const auto found = by_name_.find(destination);
  if (found != by_name_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return entries_.front();
  }
  if (!entries_.empty() && entries_.size() >= max_) {
    by_name_.erase(entries_.back().destination);
    entries_.pop_back();
  }
  entries_.push_front({.destination = destination});
  by_name_.emplace(entries_.front().destination, entries_.begin());
  return entries_.front();
}

}  // namespace sesame::routing
