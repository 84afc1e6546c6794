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

// Each looks at a limited number of rows, those included that are not meant: a portion has its time.
constexpr SqlText kOfQueue{
    " FROM message m WHERE m.queue_id = ?1 AND m.next_attempt_ms IS NOT NULL AND (m.next_attempt_ms, "
    "m.first_attempt_ms, m.id) > (?2, ?3, ?4) ORDER BY m.next_attempt_ms, m.first_attempt_ms, m.id LIMIT ?5"};
constexpr SqlText kOfRun{
    " FROM message m WHERE m.parent_id = ?1 AND m.kind = 0 AND m.next_attempt_ms IS NOT NULL AND m.id > ?2 "
    "AND m.id <= ?3 ORDER BY m.id LIMIT ?5"};
constexpr SqlText kColumns{"SELECT m.id, m.next_attempt_ms, m.first_attempt_ms, m.queue_id, "};
constexpr SqlText kToDomain{
    "(?4 = '' OR EXISTS (SELECT 1 FROM outbound_queue q WHERE q.queue_id = m.queue_id AND q.domain = ?4))"};
// Mail that was tried after the order has got its time from that attempt.
constexpr SqlText kUntried{
    " AND m.held = 0 AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.row_id = m.id AND a.number = m.attempts "
    "AND a.at_ms >= ?7)"};
constexpr Sql kRowsOfQueue{"messages.swept_rows_of_queue", sql_join<kColumns, "m.id <= ?6", kOfQueue>};
constexpr Sql kRowsOfRun{"messages.swept_rows_of_run", sql_join<kColumns, kToDomain, kOfRun>};
constexpr Sql kLaterOfQueue{"messages.later_rows_of_queue",
                            sql_join<kColumns, "m.id <= ?6", kUntried, kOfQueue>};
constexpr Sql kLaterOfRun{"messages.later_rows_of_run",
                          sql_join<kColumns, kToDomain, " AND m.next_attempt_ms > ?6", kUntried, kOfRun>};
constexpr Sql kMakeDue{
    "messages.make_due",
    "UPDATE message SET next_attempt_ms = ?2 WHERE id = ?1 AND next_attempt_ms IS NOT NULL"};

// Queues that a retry goes through in one portion: most have few mails.
constexpr std::size_t kQueuesTogether = 200;
// Rows that a drop looks at in one portion: those that it may take, and as many that are in flight or not
// meant.
constexpr std::size_t kLookedAtLeast = 200;
constexpr std::size_t kLookedAtMost = 4'000;

std::optional<std::int64_t> queue_from(storage::Reader& reader, const Sweep& sweep, std::int64_t queue_id) {
  const QueueFilter& filter = sweep.filter;
  const auto row = reader.query(filter.domain.empty() ? kQueue : kQueueOfDomain, filter.domain,
                                filter.account_id, queue_id);
  return row->next() ? row->next_optional_integer() : std::nullopt;
}

struct Looked {
  std::int64_t row_id = 0;
  std::int64_t next_attempt_ms = 0;
  std::int64_t first_attempt_ms = 0;
  std::optional<std::int64_t> queue_id;
  bool meant = false;
};

std::vector<Looked> read_looked(storage::Rows& rows) {
  std::vector<Looked> found;
  while (rows.next()) {
    Looked& one = found.emplace_back();
    one.row_id = rows.next_integer();
    one.next_attempt_ms = rows.next_integer();
    one.first_attempt_ms = rows.next_integer();
    one.queue_id = rows.next_optional_integer();
    one.meant = rows.next_flag();
  }
  return found;
}

void move_behind(SweepPosition& position, const Looked& one) {
  position.next_attempt_ms = one.next_attempt_ms;
  position.first_attempt_ms = one.first_attempt_ms;
  position.row_id = one.row_id;
}

/// Goes to the next queue, unless the position is within one. False when there is none.
bool go_to_queue(storage::Reader& reader, const Sweep& sweep, SweepPosition& position) {
  const auto queue_id = queue_from(reader, sweep, position.queue_id);
  if (!queue_id) return false;
  if (position.queue_id != *queue_id) position = {.queue_id = *queue_id};
  return true;
}

std::vector<Looked> look_at_later(storage::Reader& reader, const Sweep& sweep, const SweepPosition& position,
                                  std::int64_t due_ms, std::size_t most) {
  if (sweep.run_id != 0)
    return read_looked(*reader.query(kLaterOfRun, sweep.run_id, position.row_id, sweep.last_row_id,
                                     sweep.filter.domain, most, due_ms, sweep.ordered_ms));
  SweepPosition from = position;
  // Mail that is due already stays as it is.
  if (from.next_attempt_ms <= due_ms) from = {position.queue_id, due_ms, INT64_MAX, INT64_MAX};
  return read_looked(*reader.query(kLaterOfQueue, from.queue_id, from.next_attempt_ms, from.first_attempt_ms,
                                   from.row_id, most, sweep.last_row_id, sweep.ordered_ms));
}

/// The key of the mail that a drop takes back.
std::uint64_t change_key_of(const QueueFilter& filter, std::int64_t run_id) {
  if (run_id != 0) return change_key_of_run(run_id);
  return filter.domain.empty() ? change_key_of_account(filter.account_id)
                               : change_key_of_domain(filter.domain);
}

/// Mail from the position on, in its queue or its run.
std::vector<Looked> look_at(storage::Reader& reader, const Sweep& sweep, const SweepPosition& position,
                            std::size_t most) {
  if (sweep.run_id != 0)
    return read_looked(*reader.query(kRowsOfRun, sweep.run_id, position.row_id, sweep.last_row_id,
                                     sweep.filter.domain, most));
  return read_looked(*reader.query(kRowsOfQueue, position.queue_id, position.next_attempt_ms,
                                   position.first_attempt_ms, position.row_id, most, sweep.last_row_id));
}

}  // namespace

bool Sweep::covers(const Envelope& mail, std::int64_t row_id) const {
  if (row_id == 0 || row_id > last_row_id) return false;
  if (filter.account_id != 0 && filter.account_id != mail.scope.account_id) return false;
  const bool of_run = mail.id.kind == accounts::MailId::Kind::run && mail.id.parent_id == run_id;
  if (run_id != 0 && !of_run) return false;
  return filter.domain.empty() || filter.domain == queue_domain(mail.to_address);
}

Status begin_sweep(storage::Writer& writer, const Sweep& sweep) {
  return begin_sweeps_of_runs(writer, sweep, std::span(&sweep.run_id, 1));
}

Status begin_sweeps_of_runs(storage::Writer& writer, const Sweep& sweep,
                            std::span<const std::int64_t> run_ids) {
  {
    const auto row = writer.query(kCount, sweep.filter.account_id);
    if (row->next() && row->next_integer() >= kSweepsMax)
      return Error(errors::kTooManySweeps).with("limit", std::to_string(kSweepsMax));
  }
  std::vector<std::uint64_t> keys{kSweepsChanged};
  for (const std::int64_t run_id : run_ids) {
    writer.run(kInsert, sweep.act, sweep.filter.account_id, sweep.filter.domain, run_id, sweep.reason,
               sweep.ordered_ms);
    if (sweep.act == SweepAct::drop) keys.push_back(change_key_of(sweep.filter, run_id));
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

bool retry_some(storage::Writer& writer, const Sweep& sweep, SweepPosition& position, std::int64_t now_ms,
                std::size_t most) {
  // The clock may have been set back since the order.
  const std::int64_t due_ms = std::min(sweep.ordered_ms, now_ms);
  QueueCounter queues(writer);
  bool more = true;
  for (std::size_t turn = 0; more && most > 0 && turn < kQueuesTogether; ++turn) {
    if (sweep.run_id == 0 && !go_to_queue(writer, sweep, position)) {
      more = false;
      break;
    }
    const std::vector<Looked> looked = look_at_later(writer, sweep, position, due_ms, most);
    for (const Looked& one : looked) {
      if (!one.meant) continue;
      writer.run(kMakeDue, one.row_id, due_ms);
      if (one.queue_id) queues.move(*one.queue_id, due_ms);
    }
    const bool full = looked.size() == most;
    most -= looked.size();
    if (full) {
      move_behind(position, looked.back());
    } else if (sweep.run_id == 0) {
      position = {.queue_id = position.queue_id + 1};
    } else {
      more = false;
    }
  }
  queues.save();
  return more;
}

SweptRows find_swept(storage::Reader& reader, const Sweep& sweep, SweepPosition& position, std::size_t most,
                     const std::function<bool(std::int64_t)>& taken) {
  SweptRows found{.row_ids = {}, .any_taken = false, .more = true};
  std::size_t left = std::clamp(2 * most, kLookedAtLeast, kLookedAtMost);
  for (std::size_t turn = 0; left > 0 && turn < kQueuesTogether; ++turn) {
    found.more = sweep.run_id != 0 || go_to_queue(reader, sweep, position);
    if (!found.more) break;
    const std::vector<Looked> looked = look_at(reader, sweep, position, left);
    const bool at_end = looked.size() < left;
    left -= looked.size();
    for (const Looked& one : looked) {
      if (found.row_ids.size() == most) return found;
      move_behind(position, one);
      if (!one.meant) continue;
      if (taken(one.row_id)) {
        found.any_taken = true;
      } else {
        found.row_ids.push_back(one.row_id);
      }
    }
    if (!at_end) break;
    found.more = sweep.run_id == 0;
    if (!found.more) break;
    position = {.queue_id = position.queue_id + 1};
  }
  return found;
}

}  // namespace sesame::messages
