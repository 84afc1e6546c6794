#include "feedback/event_queue.hpp"

#include <map>

#include "base/metrics.hpp"
#include "feedback/event_body.hpp"

namespace sesame::feedback {

namespace {

using storage::Sql;

constexpr Sql kInsert{
    "feedback.insert_event",
    "INSERT INTO webhook_event (account_id, region, webhook_id, kind, queued_ms, next_attempt_ms, body) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)"};
constexpr Sql kRoom{"feedback.webhook_waiting", "SELECT waiting FROM webhook WHERE id = ?1"};
constexpr Sql kCount{"feedback.count_waiting", "UPDATE webhook SET waiting = waiting + ?2 WHERE id = ?1"};
#define SESAME_EVENT                                                                             \
  "SELECT id, webhook_id, kind, state, attempts, queued_ms, next_attempt_ms, answer, body FROM " \
  "webhook_event "
constexpr Sql kDue{"feedback.due_events", SESAME_EVENT
                   "WHERE webhook_id = ?1 AND state = 0 AND next_attempt_ms <= ?2 ORDER BY next_attempt_ms, "
                   "id LIMIT ?3"};
constexpr Sql kListAll{"feedback.list_events",
                       SESAME_EVENT "WHERE webhook_id = ?1 ORDER BY id DESC LIMIT ?2 OFFSET ?3"};
constexpr Sql kListOfState{"feedback.list_events_of_state", SESAME_EVENT
                           "WHERE webhook_id = ?1 AND state = ?4 ORDER BY id DESC LIMIT ?2 OFFSET ?3"};
#undef SESAME_EVENT
constexpr Sql kTotal{"feedback.count_events", "SELECT count(*) FROM webhook_event WHERE webhook_id = ?1"};
constexpr Sql kTotalOfState{"feedback.count_events_of_state",
                            "SELECT count(*) FROM webhook_event WHERE webhook_id = ?1 AND state = ?2"};
constexpr Sql kTold{
    "feedback.record_told",
    "UPDATE webhook_event SET state = ?2, attempts = attempts + 1, next_attempt_ms = ?3, answer = ?4 WHERE "
    "id = ?1 AND state = 0"};
constexpr Sql kGiveUp{
    "feedback.give_up_events",
    "UPDATE webhook_event SET state = 2 WHERE id IN (SELECT id FROM webhook_event WHERE webhook_id = ?1 AND "
    "state = 0 AND queued_ms < ?2 LIMIT ?3)"};
constexpr Sql kIsOurs{"feedback.webhook_of",
                      "SELECT 1 FROM webhook WHERE id = ?1 AND account_id = ?2 AND region = ?3"};
constexpr Sql kAgain{
    "feedback.tell_again",
    "UPDATE webhook_event SET state = 0, attempts = 0, queued_ms = ?3, next_attempt_ms = ?3 WHERE id = ?1 "
    "AND webhook_id = ?2 AND state <> 0"};
constexpr Sql kGivenUpAgain{
    "feedback.tell_given_up_again",
    "UPDATE webhook_event SET state = 0, attempts = 0, queued_ms = ?2, next_attempt_ms = ?2 WHERE id IN "
    "(SELECT id FROM webhook_event WHERE webhook_id = ?1 AND state = 2 ORDER BY id LIMIT ?3)"};
// Events end in about the order in which they came, so what is old lies at the front.
constexpr Sql kForget{
    "feedback.forget_events",
    "DELETE FROM webhook_event WHERE id IN (SELECT id FROM webhook_event WHERE id < (SELECT min(id) FROM "
    "webhook_event) + 100000 AND queued_ms < ?1 AND state <> 0 ORDER BY id LIMIT ?2)"};

QueuedEvent read(const storage::Rows& rows) {
  QueuedEvent event;
  event.id = rows.integer(0);
  event.webhook_id = rows.integer(1);
  event.kind = static_cast<EventKind>(rows.integer(2));
  event.state = static_cast<EventState>(rows.integer(3));
  event.attempts = static_cast<unsigned>(rows.integer(4));
  event.queued_ms = rows.integer(5);
  event.next_attempt_ms = rows.integer(6);
  event.answer = rows.text(7);
  event.body = rows.text(8);
  return event;
}

Status check_is_ours(storage::Reader& reader, const accounts::Scope& scope, std::int64_t webhook_id) {
  if (reader.query(kIsOurs, webhook_id, scope.account_id, scope.region)->next()) return Done{};
  return Error("feedback.webhook_missing").with("value", std::to_string(webhook_id));
}

std::int64_t number_of(const std::unique_ptr<storage::Rows>& row) {
  return row->next() ? row->integer(0) : 0;
}

/// How many more events each webhook may have waiting, read once.
class Room {
 public:
  Room(storage::Writer& writer, std::int64_t waiting_max) : writer_(writer), waiting_max_(waiting_max) {}

  bool take(std::int64_t webhook_id) {
    auto [entry, fresh] = left_.try_emplace(webhook_id, 0);
    if (fresh) entry->second = waiting_max_ - number_of(writer_.query(kRoom, webhook_id));
    if (entry->second <= 0) return false;
    --entry->second;
    ++taken_[webhook_id];
    return true;
  }
  void save() {
    for (const auto& [webhook_id, count] : taken_) writer_.run(kCount, webhook_id, count);
  }

 private:
  storage::Writer& writer_;
  const std::int64_t waiting_max_;
  std::map<std::int64_t, std::int64_t> left_;
  std::map<std::int64_t, std::int64_t> taken_;
};

}  // namespace

void EventQueue::queue(storage::Writer& writer, std::span<const Event> events) {
  static Counter& queued = counter("sesame_webhook_events_total", "events stored for webhooks");
  static Counter& lost =
      counter("sesame_webhook_events_lost_total", "events not kept because too many wait for their receiver");
  const std::int64_t now_ms = clock_.now_ms();
  Room room(writer, waiting_max_);
  for (const Event& event : events) {
    const accounts::Scope& scope = event.mail.scope;
    const auto webhook_id = directory_.find(scope, event.mail.from_address, event.kind);
    if (!webhook_id) continue;
    if (!room.take(*webhook_id)) {
      lost.add();
      continue;
    }
    writer.run(kInsert, scope.account_id, scope.region, *webhook_id, static_cast<int>(event.kind), now_ms,
               event_body(event));
    queued.add();
  }
  room.save();
}

std::vector<QueuedEvent> due_events(storage::Reader& reader, std::int64_t webhook_id, std::int64_t now_ms,
                                    std::size_t limit) {
  std::vector<QueuedEvent> due;
  const auto rows = reader.query(kDue, webhook_id, now_ms, limit);
  while (rows->next()) due.push_back(read(*rows));
  return due;
}

void record_told(storage::Writer& writer, std::span<const Told> told) {
  std::map<std::int64_t, std::int64_t> ended;
  for (const Told& one : told) {
    const std::int64_t changed =
        writer.run(kTold, one.id, static_cast<int>(one.state), one.next_attempt_ms, one.answer);
    if (one.state != EventState::waiting) ended[one.webhook_id] += changed;
  }
  for (const auto& [webhook_id, count] : ended) writer.run(kCount, webhook_id, -count);
}

std::int64_t give_up_old(storage::Writer& writer, std::int64_t webhook_id, std::int64_t before_ms,
                         std::int64_t most) {
  const std::int64_t count = writer.run(kGiveUp, webhook_id, before_ms, most);
  if (count > 0) writer.run(kCount, webhook_id, -count);
  return count;
}

Result<EventPage> list_events(storage::Reader& reader, const accounts::Scope& scope,
                              const EventFilter& filter) {
  if (Status ours = check_is_ours(reader, scope, filter.webhook_id); !ours) return std::move(ours).error();
  EventPage page;
  const int state = filter.state ? static_cast<int>(*filter.state) : 0;
  page.total = number_of(filter.state ? reader.query(kTotalOfState, filter.webhook_id, state)
                                      : reader.query(kTotal, filter.webhook_id));
  const auto rows = filter.state
                        ? reader.query(kListOfState, filter.webhook_id, filter.limit, filter.offset, state)
                        : reader.query(kListAll, filter.webhook_id, filter.limit, filter.offset);
  while (rows->next()) page.events.push_back(read(*rows));
  return page;
}

Result<std::int64_t> tell_again(storage::Writer& writer, const accounts::Scope& scope,
                                std::int64_t webhook_id, std::span<const std::int64_t> ids,
                                std::int64_t now_ms, std::int64_t most) {
  if (Status ours = check_is_ours(writer, scope, webhook_id); !ours) return std::move(ours).error();
  std::int64_t count = 0;
  if (ids.empty()) count = writer.run(kGivenUpAgain, webhook_id, now_ms, most);
  for (const std::int64_t id : ids) count += writer.run(kAgain, id, webhook_id, now_ms);
  if (count > 0) writer.run(kCount, webhook_id, count);
  return count;
}

std::int64_t forget_events(storage::Writer& writer, std::int64_t before_ms, std::int64_t most) {
  return writer.run(kForget, before_ms, most);
}

}  // namespace sesame::feedback
