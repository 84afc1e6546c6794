#include "messages/sweeps.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "messages/changes.hpp"
#include "messages/errors.hpp"
#include "messages/pauses.hpp"
#include "messages/queues.hpp"
#include "storage/sql_text.hpp"

namespace sesame::messages {
namespace {

using storage::Sql;
using storage::sql_join;
using storage::SqlText;

constexpr Sql kCount{"messages.count_sweeps", "SELECT count(*) FROM queue_sweep WHERE account_id = ?1"};
constexpr Sql kInsert{
    "messages.insert_sweep",
    "INSERT INTO queue_sweep (act, account_id, domain, run_id, reason, ordered_ms, last_row_id) VALUES (?1, "
    "?2, ?3, ?4, ?5, ?6, (SELECT coalesce(max(id), 0) FROM message))"};
constexpr Sql kEnd{"messages.end_sweep", "DELETE FROM queue_sweep WHERE sweep_id = ?1"};
constexpr Sql kRead{"messages.read_sweeps",
                    "SELECT sweep_id, act, account_id, domain, run_id, reason, ordered_ms, last_row_id FROM "
                    "queue_sweep ORDER BY sweep_id"};

// The domain alone finds its queues by an index.
constexpr Sql kWaiting{"messages.waiting_mails",
                       "SELECT CAST(coalesce(sum(waiting), 0) AS bigint) FROM outbound_queue WHERE waiting > "
                       "0 AND ?1 = '' AND (?2 = 0 OR account_id = ?2)"};
constexpr Sql kWaitingOfDomain{
    "messages.waiting_mails_of_domain",
    "SELECT CAST(coalesce(sum(waiting), 0) AS bigint) FROM outbound_queue WHERE waiting > 0 AND domain = ?1 "
    "AND (?2 = 0 OR account_id = ?2)"};
constexpr Sql kQueue{"messages.next_swept_queue",
                     "SELECT queue_id FROM outbound_queue WHERE queue_id >= ?3 AND waiting > 0 AND ?1 = '' "
                     "AND (?2 = 0 OR account_id = ?2) ORDER BY queue_id LIMIT 1"};
constexpr Sql kQueueOfDomain{"messages.next_swept_queue_of_domain",
                             "SELECT min(queue_id) FROM outbound_queue WHERE domain = ?1 AND waiting > 0 AND "
                             "(?2 = 0 OR account_id = ?2) AND queue_id >= ?3"};

constexpr SqlText kOfRun{
    " FROM message m WHERE m.parent_id = ?1 AND m.kind = 0 AND m.next_attempt_ms IS NOT NULL AND m.id >= ?2 "
    "AND m.id <= ?3 AND (?4 = '' OR EXISTS (SELECT 1 FROM outbound_queue q WHERE q.queue_id = m.queue_id AND "
    "q.domain = ?4))"};
constexpr Sql kRowsOfQueue{
    "messages.swept_rows_of_queue",
    "SELECT id FROM message WHERE queue_id = ?1 AND next_attempt_ms IS NOT NULL AND id <= ?2 "
    "ORDER BY next_attempt_ms, first_attempt_ms, id"};
constexpr Sql kRowsOfRun{"messages.swept_rows_of_run", sql_join<"SELECT m.id", kOfRun, " ORDER BY m.id">};

// Mail that was tried after the order has got its time from that attempt.
constexpr SqlText kUntried{
    "AND held = 0 AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.row_id = m.id AND a.number = m.attempts "
    "AND "};
constexpr Sql kLaterOfQueue{
    "messages.later_rows_of_queue",
    sql_join<"SELECT m.id, m.next_attempt_ms, m.queue_id FROM message m WHERE m.queue_id = ?1 AND "
             "m.next_attempt_ms >= ?2 AND m.id <= ?3 ",
             kUntried, "a.at_ms >= ?4) ORDER BY m.next_attempt_ms LIMIT ?5">};
constexpr Sql kLaterOfRun{
    "messages.later_rows_of_run",
    sql_join<"SELECT m.id, m.id + 1, m.queue_id", kOfRun, " AND m.next_attempt_ms > ?5 ", kUntried,
             "a.at_ms >= ?5) ORDER BY m.id LIMIT ?6">};
constexpr Sql kMakeDue{"messages.make_due", "UPDATE message SET next_attempt_ms = ?2 WHERE id = ?1"};

std::optional<std::int64_t> queue_from(storage::Reader& reader, const Sweep& sweep, std::int64_t queue_id) {
  const QueueFilter& filter = sweep.filter;
  const auto row = reader.query(filter.domain.empty() ? kQueue : kQueueOfDomain, filter.domain,
                                filter.account_id, queue_id);
  return row->next() ? row->next_optional_integer() : std::nullopt;
}

/// A mail that is made due, and the place from which to go on behind it.
struct Later {
  std::int64_t row_id = 0;
  std::int64_t position = 0;
  std::optional<std::int64_t> queue_id;
};

std::vector<Later> read_later(storage::Rows& rows) {
  std::vector<Later> found;
  while (rows.next()) {
    Later& one = found.emplace_back();
    one.row_id = rows.next_integer();
    one.position = rows.next_integer();
    one.queue_id = rows.next_optional_integer();
  }
  return found;
}

}  // namespace

bool Sweep::covers(const Envelope& mail, std::int64_t row_id) const {
  if (row_id == 0 || row_id > last_row_id) return false;
  if (filter.account_id != 0 && filter.account_id != mail.scope.account_id) return false;
  const bool of_run = mail.id.kind == accounts::MailId::Kind::run && mail.id.parent_id == run_id;
  if (run_id != 0 && !of_run) return false;
  return filter.domain.empty() || filter.domain == queue_domain(mail.to_address);
}

Status begin_sweep(storage::Writer& writer, Sweep sweep) {
  {
    const auto row = writer.query(kCount, sweep.filter.account_id);
    if (row->next() && row->next_integer() >= kSweepsMax)
      return Error(errors::kTooManySweeps).with("limit", std::to_string(kSweepsMax));
  }
  writer.run(kInsert, sweep.act, sweep.filter.account_id, sweep.filter.domain, sweep.run_id, sweep.reason,
             sweep.ordered_ms);
  std::vector<std::uint64_t> keys{kSweepsChanged};
  if (sweep.act == SweepAct::drop) {
    if (sweep.run_id != 0)
      keys.push_back(change_key_of_run(sweep.run_id));
    else if (!sweep.filter.domain.empty())
      keys.push_back(change_key_of_domain(sweep.filter.domain));
    else
      keys.push_back(change_key_of_account(sweep.filter.account_id));
  }
  writer.publish(std::move(keys));
  return Done{};
}

void end_sweep(storage::Writer& writer, std::int64_t sweep_id) { writer.run(kEnd, sweep_id); }

std::vector<Sweep> read_sweeps(storage::Reader& reader) {
  std::vector<Sweep> sweeps;
  const auto rows = reader.query(kRead);
  while (rows->next()) {
    Sweep& sweep = sweeps.emplace_back();
    sweep.sweep_id = rows->next_integer();
    sweep.act = rows->next_integer<SweepAct>();
    sweep.filter.account_id = rows->next_integer();
    sweep.filter.domain = rows->next_text();
    sweep.run_id = rows->next_integer();
    sweep.reason = rows->next_text();
    sweep.ordered_ms = rows->next_integer();
    sweep.last_row_id = rows->next_integer();
  }
  return sweeps;
}

std::int64_t count_waiting(storage::Reader& reader, const QueueFilter& filter) {
  const auto row =
      reader.query(filter.domain.empty() ? kWaiting : kWaitingOfDomain, filter.domain, filter.account_id);
  return row->next() ? row->next_integer() : 0;
}

bool retry_some(storage::Writer& writer, const Sweep& sweep, SweepPosition& position, std::size_t most) {
  const auto limit = static_cast<std::int64_t>(most);
  std::vector<Later> found;
  if (sweep.run_id != 0) {
    found = read_later(*writer.query(kLaterOfRun, sweep.run_id, position.at, sweep.last_row_id,
                                     sweep.filter.domain, sweep.ordered_ms, limit));
  } else {
    const auto queue_id = queue_from(writer, sweep, position.queue_id);
    if (!queue_id) return false;
    if (position.queue_id != *queue_id) position = {*queue_id, 0};
    found = read_later(*writer.query(kLaterOfQueue, *queue_id, std::max(position.at, sweep.ordered_ms + 1),
                                     sweep.last_row_id, sweep.ordered_ms, limit));
  }
  QueueCounter queues(writer);
  for (const Later& one : found) {
    writer.run(kMakeDue, one.row_id, sweep.ordered_ms);
    if (one.queue_id) queues.move(*one.queue_id, sweep.ordered_ms);
  }
  queues.save();
  const bool full = found.size() == most;
  if (full) position.at = found.back().position;
  if (!full && sweep.run_id == 0) position = {position.queue_id + 1, 0};
  return full || sweep.run_id == 0;
}

SweptRows find_swept(storage::Reader& reader, const Sweep& sweep, SweepPosition& position, std::size_t most,
                     const std::function<bool(std::int64_t)>& taken) {
  SweptRows found;
  std::optional<std::int64_t> queue_id;
  if (sweep.run_id == 0) {
    queue_id = queue_from(reader, sweep, position.queue_id);
    if (!queue_id) return found;
    position.queue_id = *queue_id;
  }
  const auto rows =
      queue_id ? reader.query(kRowsOfQueue, *queue_id, sweep.last_row_id)
               : reader.query(kRowsOfRun, sweep.run_id, position.at, sweep.last_row_id, sweep.filter.domain);
  while (found.row_ids.size() < most && rows->next()) {
    const std::int64_t row_id = rows->next_integer();
    if (taken(row_id)) {
      found.any_taken = true;
    } else {
      found.row_ids.push_back(row_id);
    }
  }
  const bool full = found.row_ids.size() == most;
  // Dropped mail leaves its queue, so that the same place has the next.
  if (full && !queue_id) position.at = found.row_ids.back() + 1;
  if (!full && queue_id) ++position.queue_id;
  found.more = full || queue_id.has_value();
  return found;
}

}  // namespace sesame::messages
