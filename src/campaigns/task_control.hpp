#pragma once

#include <cstdint>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// Pauses, resumes and stops tasks. Plain functions inside database jobs; call Runner::notice() after the
/// commit. Mail that was handed to the delivery before ends normally, its retries included.
///
/// Errors of all: errors::kTaskMissing, errors::kTaskEnded.
namespace sesame::campaigns {

/// Pauses a task: until resume_task(), no further recipient is mailed and no run starts. A paused task stays
/// paused. Job: write.
Status pause_task(storage::Writer& writer, const accounts::Scope& scope, std::int64_t task_id,
                  std::int64_t now_ms);

/// Resumes a paused task where it stopped; one start replaces all that were missed. Also ends the wait for a
/// new day's quota, which begins again if the quota is still used up. Other tasks stay as they are.
/// Job: write.
Status resume_task(storage::Writer& writer, const accounts::Scope& scope, std::int64_t task_id,
                   std::int64_t now_ms);

/// Ends the task for good: as failed with a text that begins with "stopped", but as finished when it is a
/// recurring task between two runs. Job: write.
Status stop_task(storage::Writer& writer, const accounts::Scope& scope, std::int64_t task_id,
                 std::int64_t now_ms);

}  // namespace sesame::campaigns
