#include "webhooks/event_queue.hpp"

#include <map>

#include "base/metrics.hpp"
#include "webhooks/event_body.hpp"
#include "webhooks/event_rows.hpp"

namespace sesame::webhooks {

namespace {

using storage::Sql;

constexpr Sql kInsert{
    "webhooks.insert_event",
    "INSERT INTO webhook_event (account_id, region, webhook_id, kind, queued_ms, next_attempt_ms, body) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)"};
constexpr Sql kRoom{"webhooks.webhook_waiting", "SELECT waiting FROM webhook WHERE id = ?1"};
constexpr Sql kDue{
    "webhooks.due_events",
    storage::sql_join<
        kSelectEvents,
        "WHERE webhook_id = ?1 AND state = 0 AND next_attempt_ms <= ?2 ORDER BY next_attempt_ms, "
        "id LIMIT ?3">};
constexpr Sql kRecordResult{
    "webhooks.record_post_result",
    "UPDATE webhook_event SET state = ?2, attempts = attempts + 1, next_attempt_ms = ?3, answer = ?4 WHERE "
    "id = ?1 AND state = ?5"};
constexpr Sql kGiveUp{
    "webhooks.give_up_events",
    "UPDATE webhook_event SET state = ?4 WHERE id IN (SELECT id FROM webhook_event WHERE webhook_id = ?1 AND "
    "state = 0 AND next_attempt_ms < ?2 ORDER BY next_attempt_ms LIMIT ?3)"};

/// The number of events that each webhook may still queue, read once.
class Room {
 public:
  Room(storage::Writer& writer, std::int64_t waiting_max) : writer_(writer), waiting_max_(waiting_max) {}

  bool take(std::int64_t webhook_id) {
    auto [entry, fresh] = left_.try_emplace(webhook_id, 0);
    if (fresh) entry->second = room_of(webhook_id);
    if (entry->second <= 0) return false;
    --entry->second;
    ++taken_[webhook_id];
    return true;
  }
  void save() {
    for (const auto& [webhook_id, count] : taken_) count_events(writer_, webhook_id, count, 0);
  }

 private:
  /// 0 for a webhook that was deleted in the open transaction: the directory is updated only by the commit.
  std::int64_t room_of(std::int64_t webhook_id) {
    const auto row = writer_.query(kRoom, webhook_id);
    return row->next() ? waiting_max_ - row->next_integer() : 0;
  }

  storage::Writer& writer_;
  const std::int64_t waiting_max_;
  std::map<std::int64_t, std::int64_t> left_;
  std::map<std::int64_t, std::int64_t> taken_;
};

}  // namespace

void EventQueue::queue(storage::Writer& writer, std::span<const effects::Event> events) {
  static Counter& queued = counter("sesame_webhook_events_total", "Events stored for webhooks");
  static Counter& lost = counter("sesame_webhook_events_lost_total",
                                 "Events discarded because too many wait for their receiver");
  const std::int64_t now_ms = clock_.now_ms();
  Room room(writer, waiting_max_);
  std::int64_t queued_now = 0;
  std::int64_t lost_now = 0;
  for (const effects::Event& event : events) {
    const accounts::Scope& scope = event.mail.scope;
    const auto webhook_id = directory_.find(scope, event.mail.from_address, event.kind);
    if (!webhook_id) continue;
    if (!room.take(*webhook_id)) {
      ++lost_now;
      continue;
    }
    writer.run(kInsert, scope.account_id, scope.region, *webhook_id, event.kind, now_ms, event_body(event));
    ++queued_now;
  }
  room.save();
  if (queued_now + lost_now == 0) return;
  writer.after_commit([queued_now, lost_now] {
    queued.add(static_cast<double>(queued_now));
    lost.add(static_cast<double>(lost_now));
  });
}

std::vector<QueuedEvent> due_events(storage::Reader& reader, std::int64_t webhook_id, std::int64_t now_ms,
                                    std::size_t limit) {
  std::vector<QueuedEvent> due;
  const auto rows = reader.query(kDue, webhook_id, now_ms, limit);
  while (rows->next()) due.push_back(read_event(*rows));
  return due;
}

void record_results(storage::Writer& writer, std::span<const PostResult> results) {
  static Counter& given_up =
      counter("sesame_webhook_events_given_up_total", "Events that their receiver did not accept in time");
  std::int64_t given_up_now = 0;
  std::map<std::int64_t, std::int64_t> ended;
  for (const PostResult& one : results) {
    const std::int64_t changed =
        writer.run(kRecordResult, one.id, one.state, one.next_attempt_ms, one.answer, EventState::waiting);
    if (one.state != EventState::waiting) ended[one.webhook_id] += changed;
    if (one.state == EventState::given_up) given_up_now += changed;
  }
  for (const auto& [webhook_id, count] : ended) count_events(writer, webhook_id, -count, count);
  if (given_up_now > 0)
    writer.after_commit([given_up_now] { given_up.add(static_cast<double>(given_up_now)); });
}

std::int64_t give_up_old(storage::Writer& writer, std::int64_t webhook_id, std::int64_t before_ms,
                         std::int64_t most) {
  static Counter& given_up =
      counter("sesame_webhook_events_given_up_total", "Events that their receiver did not accept in time");
  const std::int64_t count = writer.run(kGiveUp, webhook_id, before_ms, most, EventState::given_up);
  if (count == 0) return 0;
  count_events(writer, webhook_id, -count, count);
  writer.after_commit([count] { given_up.add(static_cast<double>(count)); });
  return count;
}

}  // namespace sesame::webhooks
