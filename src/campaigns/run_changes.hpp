#pragma once

#include <cstdint>

#include "storage/database.hpp"

/// Apply a change of a task to the mail of its runs that is under way. Plain functions inside database jobs.
namespace sesame::campaigns {

/// Publishes that the runs of a task that have mail under way changed (messages::Changes), so that none of it
/// begins before it is judged again. Call it in the job that pauses, stops or fails the task. Job: write.
void publish_runs(storage::Writer& writer, std::int64_t task_id);

/// Marks the runs of a task whose mail waits for another attempt: expedite_some() makes it due. Call it in
/// the job that resumes, stops or fails the task. Job: write.
void mark_to_expedite(storage::Writer& writer, std::int64_t task_id);

/// Makes some of the marked mail due: that of stopped and failed tasks, so that it ends, and that of resumed
/// tasks that was postponed while they were paused. True when more may be left. Job: write.
bool expedite_some(storage::Writer& writer, std::int64_t now_ms);

/// Whether mail of a task waits for another attempt. Job: read.
bool has_deferred_mail(storage::Reader& reader, std::int64_t task_id);

}  // namespace sesame::campaigns
