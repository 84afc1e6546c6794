#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "campaigns/passed_over.hpp"
#include "campaigns/tasks.hpp"
#include "messages/waiting_reason.hpp"
#include "storage/database.hpp"

/// Why accepted mail waits, and since when.
namespace sesame::campaigns {

/// Why the recipients of the task that have not begun wait.
messages::WaitingReason waiting_reason_of(const Task& task,
                                          const std::optional<messages::Standstill>& standstill);

/// Recipients of a task's newest run who wait for the same reason.
struct WaitingRecipients {
  messages::WaitingReason reason = messages::WaitingReason::not_begun;
  std::int64_t count = 0;
  std::int64_t since_ms = 0;
};

/// The recipients that Task::not_begun() and Task::deferred count, by reason. `passed_over`: those of the
/// task's newest run. Job: read.
std::vector<WaitingRecipients> list_waiting(storage::Reader& reader, const Task& task,
                                            const std::optional<messages::Standstill>& standstill,
                                            const PassedOver& passed_over = {});
/// Whether the recipients of a task that is sending who have not begun all wait for their destinations. Pure.
bool all_passed_over(const Task& task, const PassedOver& passed_over);

/// For each reason the time since which the oldest mail of the installation waits; 0: none waits for it.
using OldestWaiting = std::array<std::int64_t, messages::kWaitingReasons.size()>;

/// Reads a row per unfinished run and per run with deferred mail, and two rows of single sends. Job: read.
OldestWaiting find_oldest_waiting(storage::Reader& reader,
                                  const std::optional<messages::Standstill>& standstill,
                                  const PassedOverRuns& passed_over = {});

}  // namespace sesame::campaigns
