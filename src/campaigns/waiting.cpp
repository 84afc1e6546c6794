#include "campaigns/waiting.hpp"

#include <algorithm>

#include "accounts/mail_id.hpp"
#include "messages/outcome.hpp"

namespace sesame::campaigns {

namespace {

using messages::DeliverStatus;
using messages::Standstill;
using messages::WaitingReason;

// Partial indexes are used when the conditions have their numbers.
static_assert(static_cast<int>(accounts::MailId::Kind::run) == 0);
static_assert(static_cast<int>(accounts::MailId::Kind::send) == 1);

// The rows of a run are in the order of their first attempts.
constexpr storage::Sql kFirstDeferred{
    "campaigns.first_deferred",
    "SELECT CASE WHEN first_attempt_ms > 0 THEN first_attempt_ms ELSE requested_ms END FROM message WHERE "
    "parent_id = ?1 AND kind = 0 AND next_attempt_ms IS NOT NULL "
    "ORDER BY id LIMIT 1"};
constexpr storage::Sql kUnfinished{
    "campaigns.waiting_runs",
    "SELECT r.run_id, r.open, t.status, t.held, t.error, t.updated_ms, r.started_ms FROM run r JOIN "
    "send_task t ON t.task_id = r.task_id WHERE r.finished_ms IS NULL AND r.open > 0"};
constexpr storage::Sql kNextDeferredRun{
    "campaigns.next_deferred_run",
    "SELECT m.parent_id, CASE WHEN m.first_attempt_ms > 0 THEN m.first_attempt_ms ELSE m.requested_ms END, "
    "t.status, t.held FROM message m JOIN run r ON r.run_id = "
    "m.parent_id JOIN send_task t ON t.task_id = r.task_id WHERE m.kind = 0 AND m.next_attempt_ms IS NOT "
    "NULL "
    "AND m.parent_id > ?1 ORDER BY m.parent_id, m.id LIMIT 1"};
constexpr storage::Sql kOldestSend{
    "campaigns.oldest_waiting_send",
    "SELECT requested_ms FROM message WHERE kind = 1 AND next_attempt_ms IS NOT NULL AND deliver_status = ?1 "
    "ORDER BY id LIMIT 1"};

WaitingReason reason_of_deferred(const Task& task, const std::optional<Standstill>& standstill) {
  if (task.held) return WaitingReason::paused;
  if (standstill && standstill->reason == WaitingReason::held) return WaitingReason::held;
  return WaitingReason::deferred;
}

/// The time since which mail waits for the reason that began to wait at `begun_ms`.
std::int64_t since(WaitingReason reason, const Task& task, const std::optional<Standstill>& standstill,
                   std::int64_t begun_ms) {
  switch (reason) {
    case WaitingReason::paused:
    case WaitingReason::quota:
    case WaitingReason::domain_unverified:
      return std::max(begun_ms, task.updated_ms);
    case WaitingReason::relay_unreachable:
    case WaitingReason::relay_slow:
    case WaitingReason::held:
      return standstill ? std::max(begun_ms, standstill->since_ms) : begun_ms;
    case WaitingReason::not_begun:
    case WaitingReason::deferred:
    case WaitingReason::destination:
      break;
  }
  return begun_ms;
}

void add(std::vector<WaitingRecipients>& waiting, const WaitingRecipients& more) {
  const auto same = std::ranges::find(waiting, more.reason, &WaitingRecipients::reason);
  if (same == waiting.end()) {
    waiting.push_back(more);
    return;
  }
  same->count += more.count;
  same->since_ms = std::min(same->since_ms, more.since_ms);
}

void note(OldestWaiting& oldest, WaitingReason reason, std::int64_t since_ms) {
  std::int64_t& known = oldest[static_cast<std::size_t>(reason)];
  if (known == 0 || since_ms < known) known = since_ms;
}

void note_runs(storage::Reader& reader, const std::optional<Standstill>& standstill,
               const PassedOverRuns& passed_over, OldestWaiting& oldest) {
  const auto rows = reader.query(kUnfinished);
  while (rows->next()) {
    Task task;
    task.run_id = rows->next_integer();
    task.open = rows->next_integer();
    task.status = rows->next_integer<TaskStatus>();
    task.held = rows->next_flag();
    task.error = rows->next_text();
    task.updated_ms = rows->next_integer();
    WaitingReason reason = waiting_reason_of(task, standstill);
    const auto passed = passed_over.find(task.run_id);
    if (reason == WaitingReason::not_begun && passed != passed_over.end() &&
        all_passed_over(task, passed->second))
      reason = WaitingReason::destination;
    // The age is that of the mail, whatever it waited for before.
    note(oldest, reason, rows->next_integer());
  }
}

void note_deferred(storage::Reader& reader, const std::optional<Standstill>& standstill,
                   OldestWaiting& oldest) {
  for (std::int64_t run_id = 0;;) {
    const auto row = reader.query(kNextDeferredRun, run_id);
    if (!row->next()) return;
    run_id = row->next_integer();
    const std::int64_t since_ms = row->next_integer();
    Task task;
    task.status = row->next_integer<TaskStatus>();
    task.held = row->next_flag();
    note(oldest, reason_of_deferred(task, standstill), since_ms);
  }
}

void note_sends(storage::Reader& reader, const std::optional<Standstill>& standstill, OldestWaiting& oldest) {
  for (const DeliverStatus status : {DeliverStatus::waiting, DeliverStatus::deferred}) {
    const auto row = reader.query(kOldestSend, status);
    if (!row->next()) continue;
    const WaitingReason reason = status == DeliverStatus::waiting ? waiting_reason_of(Task(), standstill)
                                                                  : reason_of_deferred(Task(), standstill);
    note(oldest, reason, row->next_integer());
  }
}

}  // namespace

WaitingReason waiting_reason_of(const Task& task, const std::optional<Standstill>& standstill) {
  if (task.status == TaskStatus::paused) {
    if (task.held) return WaitingReason::paused;
    // A task that waits for its sender domain says so in its error; one that waits for the quota has none.
    return task.error.empty() ? WaitingReason::quota : WaitingReason::domain_unverified;
  }
  return standstill ? standstill->reason : WaitingReason::not_begun;
}

bool all_passed_over(const Task& task, const PassedOver& passed_over) {
  return task.not_begun() > 0 && passed_over.count >= task.not_begun();
}

std::vector<WaitingRecipients> list_waiting(storage::Reader& reader, const Task& task,
                                            const std::optional<Standstill>& standstill,
                                            const PassedOver& passed_over) {
  std::vector<WaitingRecipients> waiting;
  if (std::int64_t count = task.not_begun(); count > 0) {
    const WaitingReason reason = waiting_reason_of(task, standstill);
    if (reason == WaitingReason::not_begun && passed_over.count > 0) {
      const std::int64_t passed = std::min(count, passed_over.count);
      add(waiting, {WaitingReason::destination, passed, std::max(task.started_ms, passed_over.since_ms)});
      count -= passed;
    }
    if (count > 0) add(waiting, {reason, count, since(reason, task, standstill, task.started_ms)});
  }
  if (task.deferred > 0) {
    const WaitingReason reason = reason_of_deferred(task, standstill);
    const auto row = reader.query(kFirstDeferred, task.run_id);
    const std::int64_t first_ms = row->next() ? row->next_integer() : task.started_ms;
    add(waiting, {reason, task.deferred, since(reason, task, standstill, first_ms)});
  }
  return waiting;
}

OldestWaiting find_oldest_waiting(storage::Reader& reader, const std::optional<Standstill>& standstill,
                                  const PassedOverRuns& passed_over) {
  OldestWaiting oldest{};
  note_runs(reader, standstill, passed_over, oldest);
  note_deferred(reader, standstill, oldest);
  note_sends(reader, standstill, oldest);
  return oldest;
}

}  // namespace sesame::campaigns
