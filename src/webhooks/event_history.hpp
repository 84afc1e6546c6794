#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "webhooks/event_queue.hpp"

/// The events of a webhook, told or not: to be looked at, told once more and in the end forgotten. Plain
/// functions for the inside of database jobs.
namespace sesame::webhooks {

struct EventFilter {
  std::int64_t webhook_id = 0;
  std::optional<EventState> state;
  std::int64_t offset = 0;
  std::int64_t limit = 100;
};
struct EventPage {
  std::int64_t total = 0;
  /// The newest first; of those that wait (EventFilter::state), the one that is tried next.
  std::vector<QueuedEvent> events;
};
/// Of a webhook of this account and region. Error: "webhooks.webhook_missing" (fact "value").
Result<EventPage> list_events(storage::Reader& reader, const accounts::Scope& scope,
                              const EventFilter& filter);

/// Which events are told once more; none of those that still wait.
struct RedeliverRequest {
  std::int64_t webhook_id = 0;
  /// These, if there are any; else those that were queued (or last asked for again) from `from_ms` to before
  /// `to_ms`, if one of them is set; else all that were given up. The
  /// accepted before the given up, the oldest first.
  std::span<const std::int64_t> ids;
  std::optional<std::int64_t> from_ms;
  std::optional<std::int64_t> to_ms;
  std::int64_t most = 20'000;
};
/// They keep their ids and have their whole lifetime before them. Returns how many; as many as `most`: there
/// may be more. Error: "webhooks.webhook_missing".
Result<std::int64_t> redeliver(storage::Writer& writer, const accounts::Scope& scope,
                               const RedeliverRequest& again, std::int64_t now_ms);

struct HistoryLimits {
  std::int64_t before_ms = 0;           // What was queued before is forgotten once it has ended.
  std::int64_t events_max = 1'000'000;  // Of one webhook; what was accepted goes first, the oldest first.
};
/// Removes what the limits allow no more, and what deleted webhooks left; at most `most` events. 0: nothing
/// is left to remove.
std::int64_t delete_expired_events(storage::Writer& writer, const HistoryLimits& limits, std::int64_t most);

}  // namespace sesame::webhooks
