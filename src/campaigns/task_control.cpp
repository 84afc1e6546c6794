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
    "NULL) THEN CAST(?3 AS bigint) ELSE CAST(?4 AS bigint) END, held = 0, resume_ms = NULL, updated_ms = ?2 "
    "WHERE task_id = ?1"};
constexpr storage::Sql kStopRuns{
    "campaigns.stop_runs", "UPDATE run SET finished_ms = ?2 WHERE task_id = ?1 AND finished_ms IS NULL"};
constexpr storage::Sql kStopTask{"campaigns.stop_task",
                                 "UPDATE send_task SET status = ?2, error = ?3, held = 0, due_ms = NULL,"
                                 " resume_ms = NULL, updated_ms = ?4 WHERE task_id = ?1"};
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
    writer.run(kResumeTask, task_id, now_ms, TaskStatus::sending, TaskStatus::waiting);
    mark_to_expedite(writer, task_id);
  }
  return Done{};
}

Status stop_task(storage::Writer& writer, const accounts::Scope& scope, std::int64_t task_id,
                 std::int64_t now_ms) {
  const Result<Task> task = get_task(writer, scope, task_id);
  if (!task) return task.error();
  const bool waits = has_deferred_mail(writer, task_id);
  const bool ended = task->status == TaskStatus::failed || task->status == TaskStatus::finished;
  if (ended && (task->status == TaskStatus::failed || !waits))
    return Error(errors::kTaskEnded).with("value", std::to_string(task_id));
  publish_runs(writer, task_id);
  mark_to_expedite(writer, task_id);
  const bool left = writer.run(kStopRuns, task_id, now_ms) > 0 || waits;
  const bool ran_before = task->started_ms != 0;
  const bool complete = !left && ran_before;
  const std::string text = left         ? "stopped on request before everybody was mailed"
                           : ran_before ? "stopped on request; no further run"
                                        : "stopped on request before it began";
  writer.run(kStopTask, task_id, complete ? TaskStatus::finished : TaskStatus::failed, text, now_ms);
  writer.run(kDropPlan, task_id);
  return Done{};
}

}  // namespace sesame::campaigns
