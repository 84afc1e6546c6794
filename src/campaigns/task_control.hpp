#pragma once

#include <cstdint>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// A person's hand on a task. Plain functions for use inside database jobs; notice the Runner after the
/// commit. What was handed to the delivery before ends normally, its retries included.
///
/// Errors of all: "campaigns.task_missing", "campaigns.task_ended" (fact "value" each).
namespace sesame::campaigns {

/// Nobody new is mailed and no start happens until resume_task. A task that is paused stays so.
Status pause_task(storage::Writer& writer, const accounts::Scope& scope, std::int64_t task_id,
                  std::int64_t now_ms);

/// Goes on where it stopped; starts missed meanwhile are made up for by one. Also ends the wait for a new
/// day's quota, which begins again if there is still none. A task that isn't paused stays as it is.
Status resume_task(storage::Writer& writer, const accounts::Scope& scope, std::int64_t task_id,
                   std::int64_t now_ms);

/// Ends the task for good: failed with a text that begins with "stopped", but finished when it is a recurring
/// one between two runs.
Status stop_task(storage::Writer& writer, const accounts::Scope& scope, std::int64_t task_id,
                 std::int64_t now_ms);

}  // namespace sesame::campaigns
