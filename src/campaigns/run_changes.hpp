#pragma once

#include <cstdint>

#include "storage/database.hpp"

/// Apply a change of a task to the mail of its runs that is under way. Plain functions inside database jobs.
namespace sesame::campaigns {

/// Publishes that the runs of a task that have mail under way changed (messages::Changes), so that none of it
/// begins before it is judged again. Call it in the job that pauses the task, or stops or fails its runs, and
/// before runs are marked as finished: those without deferred mail would be left out. Job: write.
void publish_runs(storage::Writer& writer, std::int64_t task_id);

/// Marks the runs of a task whose mail waits for another attempt: expedite_some() makes it due. Call it in
/// the job that resumes the task, or stops or fails its runs. Job: write.
void mark_to_expedite(storage::Writer& writer, std::int64_t task_id);

/// Makes some of the marked mail due: that of stopped and failed runs, so that it ends; of other runs the
/// mail that was postponed while their task was paused. True when more may be left. Job: write.
bool expedite_some(storage::Writer& writer, std::int64_t now_ms);

/// Whether mail of a task waits for another attempt, but for that of stopped and failed runs, which is about
/// to end. Job: read.
bool has_deferred_mail(storage::Reader& reader, std::int64_t task_id);

}  // namespace sesame::campaigns
