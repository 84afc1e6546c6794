#include "campaigns/timetable.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "audience/groups.hpp"
#include "base/log.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/failure_text.hpp"
#include "campaigns/launch.hpp"
#include "campaigns/resend.hpp"
#include "campaigns/tasks.hpp"
#include "senders/errors.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kDueTasks{
    "campaigns.due_tasks",
    // A group with unmerged uploads, or with an import that is being undone, is ready in a moment; a run
    // begun now would be incomplete, or would mail who is being removed, so it waits.
    "SELECT task_id, due_ms FROM send_task WHERE due_ms <= ?1 AND status = ?3 AND NOT EXISTS "
    "(SELECT 1 FROM audience_group g WHERE g.id = group_id AND g.deleted_ms IS NULL AND "
    "(g.recipients < g.accepted OR g.undoing > 0)) ORDER BY due_ms LIMIT ?2"};
constexpr storage::Sql kPlan{
    "campaigns.plan",
    "SELECT t.account_id, t.region, p.app_id, t.group_id, t.sender, t.subject, "
    "t.template_id, t.template_data,"
    " p.mailing, t.task_type, t.begin_ms, t.interval_hours, t.term_cycle, t.origin_run_id, "
    "t.origin_task_id, t.family_task_id, t.origin_states"
    " FROM send_task t JOIN task_plan p ON p.task_id = t.task_id"
    " WHERE t.task_id = ?1 AND t.due_ms = ?2 AND t.status = ?3"};
constexpr storage::Sql kClaim{
    "campaigns.claim_start",
    "UPDATE send_task SET status = ?4, due_ms = ?2, updated_ms = ?3 WHERE task_id = ?1"};
constexpr storage::Sql kFailStart{
    "campaigns.fail_start",
    "UPDATE send_task SET status = ?4, error = ?2, due_ms = NULL, updated_ms = ?3 WHERE task_id = ?1"};
constexpr storage::Sql kWaitForSender{
    "campaigns.wait_for_sender",
    "UPDATE send_task SET status = ?4, error = ?2, resume_ms = ?5, updated_ms = ?3 WHERE task_id = ?1"};
constexpr storage::Sql kDropPlan{"campaigns.drop_plan", "DELETE FROM task_plan WHERE task_id = ?1"};
constexpr storage::Sql kAnyWaitIsOver{
    "campaigns.any_wait_is_over",
    "SELECT 1 FROM send_task WHERE resume_ms <= ?1 AND status = ?2 AND held = 0 LIMIT 1"};
constexpr storage::Sql kContinue{
    "campaigns.continue_tasks",
    "UPDATE send_task SET status = CASE WHEN EXISTS (SELECT 1 FROM run r WHERE r.task_id = send_task.task_id "
    "AND r.finished_ms IS NULL) THEN CAST(?3 AS bigint) ELSE CAST(?4 AS bigint) END, resume_ms = NULL, error "
    "= '', updated_ms = ?1 WHERE resume_ms <= ?1 AND status = ?2 AND held = 0"};

struct Due {
  std::int64_t task_id;
  std::int64_t due_ms;
};

struct Plan {
  TaskOrder order;
  Schedule schedule;
  std::optional<Error> unreadable;
  std::optional<Origin> origin;
};

std::optional<Plan> find_plan(storage::Reader& reader, const Due& due) {
  const auto row = reader.query(kPlan, due.task_id, due.due_ms, TaskStatus::waiting);
  if (!row->next()) return std::nullopt;
  Plan plan;
  plan.order.scope = {row->next_integer(), std::string(row->next_text())};
  plan.order.app_id = row->next_text();
  plan.order.group_id = row->next_integer();
  plan.order.sender = row->next_text();
  plan.order.subject = row->next_text();
  plan.order.template_id = row->next_integer();
  plan.order.template_data = row->next_text();
  const storage::Blob draft = row->next_blob();
  auto mailing = content::unpack_mailing({reinterpret_cast<const char*>(draft.data()), draft.size()});
  if (mailing) {
    plan.order.attachments = std::exchange(mailing->attachments, {});
    plan.order.draft = std::move(*mailing);
  }
  if (!mailing) plan.unreadable = mailing.error();
  plan.schedule = {.type = row->next_integer<TaskType>(),
                   .begin_ms = row->next_integer(),
                   .interval_hours = row->next_integer(),
                   .once = row->next_flag()};
  const auto origin_run = row->next_optional_integer();
  if (!origin_run) {
    row->skip_rest();
    return plan;
  }
  plan.order.template_id = 0;  // The draft has the bodies as they were mailed.
  plan.origin.emplace();
  plan.origin->run_id = *origin_run;
  plan.origin->task_id = row->next_integer();
  plan.origin->family_id = row->next_integer();
  plan.origin->states = RecipientStates(row->next_integer<unsigned long>());
  return plan;
}

/// Whether the group has unmerged uploads: it is ready in a moment, and a run without them would be
/// incomplete.
bool must_wait(storage::Reader& reader, const TaskOrder& order) {
  const auto group = audience::find_group(reader, order.scope, order.group_id);
  return group && group->status == audience::GroupStatus::uploading;
}

Result<PreparedRun> prepare(storage::Reader& reader, const Plan& plan, std::int64_t now_ms,
                            const senders::Tracking& tracking) {
  if (plan.unreadable) return *plan.unreadable;
  Result<PreparedRun> run = prepare_run(reader, plan.order, now_ms, tracking);
  if (!run || !plan.origin) return run;
  if (Status status = aim_at(reader, *plan.origin, run->task); !status) return std::move(status).error();
  if (Status status = check_runs_of_family(reader, plan.origin->family_id); !status)
    return std::move(status).error();
  return run;
}

/// Returns whether a run was started.
bool start_due(storage::Writer& writer, Random& random, const Due& due, std::int64_t now_ms,
               const senders::Tracking& tracking) {
  const std::optional<Plan> plan = find_plan(writer, due);
  if (!plan || must_wait(writer, plan->order)) return false;
  const Result<PreparedRun> run = prepare(writer, *plan, now_ms, tracking);
  // A resend begins when the other runs of its content have ended.
  if (!run && run.error().is(errors::kRunUnfinished)) return false;
  // The domain may be verified, or created, again: the start waits, as a run in the middle does.
  if (!run && (run.error().is(senders::errors::kSenderNotVerified) ||
               run.error().is(senders::errors::kSenderDomainMissing))) {
    writer.run(kWaitForSender, due.task_id, failure_text(run.error()), now_ms, TaskStatus::paused,
               now_ms + kUnverifiedWaitMs);
    return false;
  }
  if (!run) {
    const std::string text = failure_text(run.error());
    log_error("campaigns.start_failed", {{"task", due.task_id}, {"reason", text}});
    writer.run(kFailStart, due.task_id, text, now_ms, TaskStatus::failed);
    writer.run(kDropPlan, due.task_id);
    return false;
  }
  // Later than both times: a clock that was set back must not repeat a due time.
  const auto next = next_start(plan->schedule, std::max(now_ms, due.due_ms));
  writer.run(kClaim, due.task_id, next, now_ms, TaskStatus::sending);
  if (!next) writer.run(kDropPlan, due.task_id);
  add_run(writer, random, due.task_id, run->task, run->blocks);
  return true;
}

}  // namespace

bool Timetable::look() {
  if (!watch_.is_settled()) return false;
  if (hold_ != nullptr && hold_->held()) return false;
  const std::int64_t now_ms = clock_.now_ms();
  std::vector<Due> due;
  bool waited = false;
  const Status status = database_.read_and_wait([&](storage::Reader& reader) -> Status {
    due.clear();
    const auto rows = reader.query(kDueTasks, now_ms, kStartsAtOnce, TaskStatus::waiting);
    while (rows->next()) due.push_back({rows->next_integer(), rows->next_integer()});
    waited = reader.query(kAnyWaitIsOver, now_ms, TaskStatus::paused)->next();
    return Done{};
  });
  if (!status) return false;
  bool something_new = waited && continue_tasks();
  for (const Due& one : due) {
    if (start(one.task_id, one.due_ms)) something_new = true;
  }
  return something_new;
}

bool Timetable::start(std::int64_t task_id, std::int64_t due_ms) {
  bool started = false;
  const Status status =
      database_.write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) -> Status {
        started = start_due(writer, random_, {task_id, due_ms}, clock_.now_ms(), tracking_);
        return Done{};
      });
  if (!status) {
    log_warning("campaigns.start_not_recorded", {{"task", task_id}, {"reason", status.error().reason()}});
  }
  return status && started;
}

bool Timetable::continue_tasks() {
  return static_cast<bool>(
      database_.write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) -> Status {
        writer.run(kContinue, clock_.now_ms(), TaskStatus::paused, TaskStatus::sending, TaskStatus::waiting);
        return Done{};
      }));
}

}  // namespace sesame::campaigns
