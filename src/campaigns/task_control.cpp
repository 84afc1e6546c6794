#include "campaigns/task_control.hpp"

#include <string>

#include "base/id_text.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/run_changes.hpp"
#include "campaigns/tasks.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kPauseTask{
    "campaigns.pause_task",
    "UPDATE send_task SET status = ?3, held = 1, resume_ms = NULL, updated_ms = ?2 WHERE task_id = ?1"};
constexpr storage::Sql kResumeTask{
    "campaigns.resume_task",
    "UPDATE send_task SET status = CASE WHEN EXISTS (SELECT 1 FROM run WHERE task_id = ?1 AND finished_ms IS "
    "NULL) THEN CAST(?3 AS bigint) WHEN due_ms IS NULL THEN CAST(?5 AS bigint) ELSE CAST(?4 AS bigint) END, "
    "held = 0, resume_ms = NULL, updated_ms = ?2 WHERE task_id = ?1"};
constexpr storage::Sql kStopRuns{"campaigns.stop_runs",
                                 "UPDATE run SET finished_ms = COALESCE(finished_ms, ?2), stopped = 1 WHERE "
                                 "task_id = ?1 AND (finished_ms IS NULL OR deferred > 0)"};
constexpr storage::Sql kStopTask{"campaigns.stop_task",
                                 "UPDATE send_task SET status = ?2, error = ?3, held = 0, due_ms = NULL,"
                                 " resume_ms = NULL, updated_ms = ?4 WHERE task_id = ?1"};
constexpr storage::Sql kRetime{
    "campaigns.retime_task",
    "UPDATE send_task SET due_ms = COALESCE(?2, due_ms), begin_ms = COALESCE(?2, due_ms), "
    "interval_hours = COALESCE(?3, interval_hours), "
    "updated_ms = ?4 WHERE task_id = ?1 AND due_ms IS NOT NULL"};
constexpr storage::Sql kCapTask{
    "campaigns.cap_task",
    "UPDATE send_task SET mails_per_hour = COALESCE(?2, mails_per_hour), mails_per_day = COALESCE(?3, "
    "mails_per_day), spread_hours = COALESCE(?4, spread_hours), updated_ms = ?5 WHERE task_id = ?1"};
constexpr storage::Sql kSpreadRest{
    "campaigns.spread_rest", "UPDATE run SET spread_of = open WHERE task_id = ?1 AND finished_ms IS NULL"};
constexpr storage::Sql kDropPlan{"campaigns.drop_stopped_plan", "DELETE FROM task_plan WHERE task_id = ?1"};

Result<Task> find_living(storage::Reader& reader, const accounts::Scope& scope, std::int64_t task_id) {
  Result<Task> task = get_task(reader, scope, task_id);
  if (!task) return task;
  if (task->status == TaskStatus::failed || task->status == TaskStatus::finished) {
    return Error(errors::kTaskEnded).with("value", id_text(task_id));
  }
  return task;
}

}  // namespace

Status pause_task(storage::Writer& writer, const accounts::Scope& scope, std::int64_t task_id,
                  std::int64_t now_ms) {
  const Result<Task> task = find_living(writer, scope, task_id);
  if (!task) return task.error();
  if (!task->held) writer.run(kPauseTask, task_id, now_ms, TaskStatus::paused);
  publish_runs(writer, task_id);
  return Done{};
}

Status resume_task(storage::Writer& writer, const accounts::Scope& scope, std::int64_t task_id,
                   std::int64_t now_ms) {
  const Result<Task> task = find_living(writer, scope, task_id);
  if (!task) return task.error();
  if (task->status == TaskStatus::paused) {
    writer.run(kResumeTask, task_id, now_ms, TaskStatus::sending, TaskStatus::waiting, TaskStatus::finished);
    mark_to_expedite(writer, task_id);
  }
  return Done{};
}

Status stop_task(storage::Writer& writer, const accounts::Scope& scope, std::int64_t task_id,
                 std::int64_t now_ms) {
  const Result<Task> task = get_task(writer, scope, task_id);
  if (!task) return task.error();
  const bool failed = task->status == TaskStatus::failed;
  const bool ended = failed || task->status == TaskStatus::finished;
  // Also when a later run, or its start, has failed.
  if (ended && !has_deferred_mail(writer, task_id))
    return Error(errors::kTaskEnded).with("value", id_text(task_id));
  publish_runs(writer, task_id);
  mark_to_expedite(writer, task_id);
  const bool left = writer.run(kStopRuns, task_id, now_ms) > 0;
  const bool ran_before = task->started_ms != 0;
  const bool complete = !left && ran_before;
  std::string text = left         ? "stopped on request before everybody was mailed"
                     : ran_before ? "stopped on request; no further run"
                                  : "stopped on request before it began";
  if (failed) text += " (it had failed: " + task->error + ")";
  writer.run(kStopTask, task_id, complete ? TaskStatus::finished : TaskStatus::failed, text, now_ms);
  writer.run(kDropPlan, task_id);
  return Done{};
}

Status change_task(storage::Writer& writer, const accounts::Scope& scope, std::int64_t task_id,
                   const TaskChanges& changes, std::int64_t now_ms) {
  const Result<Task> task = find_living(writer, scope, task_id);
  if (!task) return task.error();
  if (changes.retime()) {
    const bool recurs = task->schedule.type == TaskType::recurring;
    const std::optional<std::int64_t> hours = recurs ? changes.interval_hours : std::nullopt;
    if (writer.run(kRetime, task_id, changes.begin_ms, hours, now_ms) == 0)
      return Error(errors::kNoStartToCome).with("value", id_text(task_id));
  }
  writer.run(kCapTask, task_id, changes.mails_per_hour, changes.mails_per_day, changes.spread_hours, now_ms);
  if (changes.spread_hours) writer.run(kSpreadRest, task_id);
  return Done{};
}

}  // namespace sesame::campaigns
