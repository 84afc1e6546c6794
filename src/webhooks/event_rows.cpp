#include "webhooks/event_rows.hpp"

namespace sesame::webhooks {

namespace {

constexpr storage::Sql kCount{"webhooks.count_events_of",
                              "UPDATE webhook SET waiting = waiting + ?2, ended = ended + ?3 WHERE id = ?1"};

}  // namespace

QueuedEvent read_event(const storage::Rows& rows) {
  QueuedEvent event;
  event.id = rows.integer(0);
  event.webhook_id = rows.integer(1);
  event.kind = static_cast<effects::EventKind>(rows.integer(2));
  event.state = static_cast<EventState>(rows.integer(3));
  event.attempts = static_cast<unsigned>(rows.integer(4));
  event.queued_ms = rows.integer(5);
  event.next_attempt_ms = rows.integer(6);
  event.answer = rows.text(7);
  event.body = rows.text(8);
  return event;
}

void count_events(storage::Writer& writer, std::int64_t webhook_id, std::int64_t waiting,
                  std::int64_t ended) {
  writer.run(kCount, webhook_id, waiting, ended);
}

}  // namespace sesame::webhooks
