#pragma once

#include <cstdint>
#include <optional>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// Pauses, resumes and stops tasks. Plain functions inside database jobs; call Runner::notice() after the
/// commit. Once the job is answered, no mail of a paused or stopped task begins, whether it is handed out for
/// the first time or retried; only dialogues that have begun end, and count.
///
/// Errors of all: errors::kTaskMissing, errors::kTaskEnded.
namespace sesame::campaigns {

/// Pauses a task: until resume_task(), no mail begins and no run starts. The time of mail that waits for
/// another attempt goes on. A paused task stays paused, and ends by itself only when no mail of it waits and
/// no further start is to come. Job: write.
Status pause_task(storage::Writer& writer, const accounts::Scope& scope, std::int64_t task_id,
                  std::int64_t now_ms);

/// Resumes a paused task where it stopped; one start replaces all that were missed. A task that only waits
/// for further attempts is finished then, as it would be without the pause. Also ends the wait for a new
/// day's quota, which begins again if the quota is still used up. Other tasks stay as they are. Job: write.
Status resume_task(storage::Writer& writer, const accounts::Scope& scope, std::int64_t task_id,
                   std::int64_t now_ms);

/// Ends the task for good: as failed with a text that begins with "stopped", but as finished when it is a
/// recurring task between two runs. Mail that waits for another attempt is dropped with that text; a finished
/// task that has such mail can be stopped, too, and so can a failed one of whose older run such mail is.
/// Job: write.
Status stop_task(storage::Writer& writer, const accounts::Scope& scope, std::int64_t task_id,
                 std::int64_t now_ms);

/// The changes of a task that has not ended; what is nullopt stays as it is.
struct TaskChanges {
  std::optional<std::int64_t> begin_ms;        // The next start; a recurring task counts on from it.
  std::optional<std::int64_t> interval_hours;  // Recurring tasks only.
  // The caps of its runs, the one under way included; its recipients without an outcome are then spread over
  // the hours. 0: no cap.
  std::optional<std::int64_t> mails_per_hour;
  std::optional<std::int64_t> mails_per_day;
  std::optional<std::int64_t> spread_hours;

  bool retime() const { return begin_ms || interval_hours; }
  bool any() const { return retime() || mails_per_hour || mails_per_day || spread_hours; }
};
/// Changes a task, all or nothing. The times are those of the next start: of a timed task before it began, of
/// a recurring one between or during its runs. Error also: errors::kNoStartToCome. Job: write.
Status change_task(storage::Writer& writer, const accounts::Scope& scope, std::int64_t task_id,
                   const TaskChanges& changes, std::int64_t now_ms);

}  // namespace sesame::campaigns
