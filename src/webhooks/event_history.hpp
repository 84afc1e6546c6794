#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "webhooks/event_queue.hpp"

/// The history of a webhook's events, waiting and ended: listing, redelivery, expiry. Plain functions inside
/// database jobs.
namespace sesame::webhooks {

struct EventFilter {
  std::int64_t webhook_id = 0;
  std::optional<EventState> state;
  std::int64_t offset = 0;
  std::int64_t limit = 100;
};
struct EventPage {
  std::int64_t total = 0;
  /// The newest first; with state `waiting`, in the order of their next attempts.
  std::vector<QueuedEvent> events;
};
/// Lists events of a webhook of this scope. Error: errors::kMissing. Job: read.
Result<EventPage> list_events(storage::Reader& reader, const accounts::Scope& scope,
                              const EventFilter& filter);

/// The events about one mail, as far as a bounded search finds them.
struct MailEvents {
  std::vector<QueuedEvent> events;  // The oldest first.
  bool complete = true;             // False when older events of a webhook were not searched.
};
/// Searches the newest `searched_max` events of each webhook of the scope for those whose body names the
/// API's MessageId and the recipient. Job: read.
MailEvents find_events_of_mail(storage::Reader& reader, const accounts::Scope& scope,
                               std::string_view message_id, std::string_view to_address,
                               std::int64_t searched_max);

/// Selects events to queue again; waiting events are skipped.
struct RedeliverRequest {
  std::int64_t webhook_id = 0;
  /// The events with these ids; when empty, those queued (or last redelivered) from `from_ms` to before
  /// `to_ms` if either is set; else all that were given up. Accepted events come before given-up ones, the
  /// oldest first.
  std::span<const std::int64_t> ids;
  std::optional<std::int64_t> from_ms;
  std::optional<std::int64_t> to_ms;
  std::int64_t most = 20'000;
};
/// Queues the selected events again, with their ids and a whole new lifetime. Returns their number; when it
/// is `most`, there may be more. Error: errors::kMissing. Job: write.
Result<std::int64_t> redeliver(storage::Writer& writer, const accounts::Scope& scope,
                               const RedeliverRequest& request, std::int64_t now_ms);

struct HistoryLimits {
  std::int64_t before_ms = 0;  // Ended events queued before this time are deleted.
  // Kept per webhook; accepted events are deleted first, the oldest first.
  std::int64_t events_max = 1'000'000;
};
/// Deletes at most `most` events that exceed the limits or belong to deleted webhooks. Returns their number;
/// 0 when nothing is left to delete. Job: write.
std::int64_t delete_expired_events(storage::Writer& writer, const HistoryLimits& limits, std::int64_t most);

}  // namespace sesame::webhooks
