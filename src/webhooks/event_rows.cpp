#include "webhooks/event_rows.hpp"

namespace sesame::webhooks {

namespace {

constexpr storage::Sql kCount{"webhooks.count_events_of",
                              "UPDATE webhook SET waiting = waiting + ?2, ended = ended + ?3 WHERE id = ?1"};

}  // namespace

QueuedEvent read_event(storage::Rows& rows) {
  QueuedEvent event;
  event.id = rows.next_integer();
  event.webhook_id = rows.next_integer();
  event.kind = rows.next_integer<effects::EventKind>();
  event.state = rows.next_integer<EventState>();
  event.attempts = rows.next_integer<unsigned>();
  event.queued_ms = rows.next_integer();
  event.next_attempt_ms = rows.next_integer();
  event.answer = rows.next_text();
  event.body = rows.next_text();
  return event;
}

void count_events(storage::Writer& writer, std::int64_t webhook_id, std::int64_t waiting,
                  std::int64_t ended) {
  writer.run(kCount, webhook_id, waiting, ended);
}

}  // namespace sesame::webhooks
