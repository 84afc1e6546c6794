#pragma once

#include <cstdint>
#include <optional>

namespace sesame::campaigns {

/// The stored values are those of SES: BatchSendEmail.TaskType.
enum class TaskType : std::uint8_t { now = 1, timed = 2, recurring = 3 };

/// The starts of a task (SES: TimedEmailParam, CycleEmailParam). Beijing has no daylight saving time, so
/// hours can be added.
struct Schedule {
  TaskType type = TaskType::now;
  std::int64_t begin_ms = 0;        // The first start; unused when the type is now.
  std::int64_t interval_hours = 0;  // Recurring tasks only; at least 1.
  bool once = false;                // A recurring task that starts only once (CycleEmailParam.TermCycle).
};

/// Finds the first start after `after_ms`. nullopt when no start is left. Thread: any.
std::optional<std::int64_t> next_start(const Schedule& schedule, std::int64_t after_ms);

}  // namespace sesame::campaigns
