#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "campaigns/call_origin.hpp"
#include "campaigns/recipient_state.hpp"
#include "campaigns/run_pace.hpp"
#include "campaigns/schedule.hpp"
#include "storage/database.hpp"

/// Send tasks and their runs. Plain functions inside database jobs.
namespace sesame::campaigns {

/// The stored values are those of SES: SendTaskData.TaskStatus.
enum class TaskStatus : std::uint8_t { waiting = 1, sending = 5, paused = 6, failed = 7, finished = 10 };

/// A task waits this long before its sender domain is checked again.
inline constexpr std::int64_t kUnverifiedWaitMs = 10 * 60 * 1000;

/// The task whose recipients a task mails again, and who of them: those in these states of its run.
struct Origin {
  std::int64_t task_id = 0;
  std::int64_t run_id = 0;
  std::int64_t family_id = 0;  // The first of the tasks that were made from one another.
  RecipientStates states;
};

/// A task and its run. The mailing is a snapshot (content::pack_mailing): later changes of the template, the
/// sender or the group do not affect the run.
struct NewTask {
  accounts::Scope scope;
  std::string app_id;
  std::int64_t group_id = 0;
  std::string group_name;
  std::string sender;  // As it was submitted.
  std::string sender_domain;
  std::string subject;
  std::int64_t template_id = 0;
  std::string template_data;  // JSON text, for recipients without data of their own.
  std::string mailing;
  std::uint32_t bound = 0;     // One past the last mailed ordinal.
  std::int64_t requested = 0;  // Mailable recipients: without malformed addresses.
  std::int64_t now_ms = 0;
  CallOrigin call;
  std::optional<Origin> origin;  // Decides the recipients in place of the group.
};

/// The ordinals [first, first + recipients) of one block of the group.
struct OrdinalRange {
  std::uint32_t first = 0;
  std::uint32_t recipients = 0;
  std::int64_t block_id = 0;  // The block, when some of its recipients were removed; else 0.
  bool removed = false;       // All were.
};

/// Stores a task that starts now, its run and the run's ledger: empty, or made from the origin's. `blocks`
/// covers [0, bound) without gaps. The run leaves out recipients who were removed from the group. Returns the
/// task id. Job: write.
std::int64_t start_task(storage::Writer& writer, Random& random, const NewTask& task,
                        std::span<const OrdinalRange> blocks);

/// Stores a task that starts later; uses only the members of `task` that describe the task, and the app id.
/// `draft` is TaskOrder::draft, packed by content::pack_mailing. Returns the task id. Job: write.
std::int64_t plan_task(storage::Writer& writer, const NewTask& task, const Schedule& schedule,
                       std::string_view draft);

/// Stores a further run of a task, with its ledger. Job: write.
void add_run(storage::Writer& writer, Random& random, std::int64_t task_id, const NewTask& task,
             std::span<const OrdinalRange> blocks);

/// A task with the counters of its latest run; all 0 before the first.
struct Task {
  std::int64_t id = 0;
  std::int64_t run_id = 0;  // 0: no run yet.
  std::int64_t group_id = 0;
  std::string group_name;
  std::string sender;
  std::string subject;
  std::int64_t template_id = 0;
  std::string template_data;
  Schedule schedule;
  bool held = false;  // Paused by a caller; `status` is paused.
  TaskStatus status = TaskStatus::sending;
  std::string error;
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  std::int64_t started_ms = 0;  // 0: never.
  std::optional<std::int64_t> finished_ms;
  std::int64_t requested = 0;   // Mailable recipients: of the group as it is now, before the first run.
  std::int64_t recipients = 0;  // All recipients of the run, malformed addresses included, removed ones not.
  std::int64_t left_out = 0;    // Recipients of the origin's run who do not belong to this one.
  std::int64_t origin_id = 0;   // The task whose recipients are mailed again; 0: none.
  std::int64_t family_id = 0;   // The first of the tasks that were made from one another; 0: it was not.
  CallOrigin call;              // The call that made it.
  bool sandboxed = false;       // Ordered in the sandbox: its mail goes there in every delivery mode.
  std::int64_t open = 0;        // Recipients of the run without an outcome.
  std::int64_t delivered = 0;
  std::int64_t dropped = 0;
  std::int64_t refused = 0;
  std::int64_t deferred = 0;
  std::int64_t skipped = 0;   // Malformed addresses; not among the requested.
  std::int64_t withheld = 0;  // Withheld recipients, among the requested.
  Caps caps;
  std::int64_t spread_of = 0;  // The recipients that caps.spread_hours spreads.

  // recipients = delivered + refused + dropped + withheld + skipped + deferred + not_begun() + stopped().
  std::int64_t not_begun() const { return finished_ms ? 0 : open; }
  std::int64_t stopped() const { return finished_ms ? open : 0; }

  std::int64_t sent() const { return delivered + dropped + refused; }
  std::int64_t waiting() const {
    if (finished_ms) return deferred;  // The rest of a stopped or failed run is not mailed.
    const std::int64_t closed = sent() + withheld;
    return requested > closed ? requested - closed : 0;
  }
};

struct TaskFilter {
  std::optional<std::int64_t> status;
  std::optional<std::int64_t> group_id;
  std::optional<std::int64_t> type;
};

struct TaskPage {
  std::vector<Task> tasks;  // Newest first.
  std::int64_t total = 0;   // Matching tasks on all pages.
};

TaskPage list_tasks(storage::Reader& reader, const accounts::Scope& scope, const TaskFilter& filter,
                    std::int64_t offset, std::int64_t limit);

/// Finds a task. Error: errors::kTaskMissing. Job: read.
Result<Task> get_task(storage::Reader& reader, const accounts::Scope& scope, std::int64_t task_id);

/// When the last mail of the task's run, or of its next one, begins, as far as its caps say. nullopt: it has
/// no caps, is paused, or has nothing to begin.
std::optional<std::int64_t> capped_end_ms(const Task& task, std::int64_t now_ms);

/// Whether mail to the group is under way, deferred mail included: then the group can't be deleted.
/// Job: read.
bool group_is_mailed(storage::Reader& reader, std::int64_t group_id);

}  // namespace sesame::campaigns
