#pragma once

#include <cstdint>
#include <optional>

namespace sesame::campaigns {

/// The stored values are those of SES: BatchSendEmail.TaskType.
enum class TaskType : std::uint8_t { now = 1, timed = 2, recurring = 3 };

/// When a task starts. SES: TimedEmailParam, CycleEmailParam. Beijing has no summer time, so hours can be
/// added.
struct Schedule {
  TaskType type = TaskType::now;
  std::int64_t begin_ms = 0;        // The first start, unless the type is now.
  std::int64_t interval_hours = 0;  // Of recurring tasks, at least 1.
  bool once = false;                // A recurring task that starts only once (CycleEmailParam.TermCycle).
};

/// The first start later than that; nothing when none is to come. Pure.
std::optional<std::int64_t> next_start(const Schedule& schedule, std::int64_t after_ms);

}  // namespace sesame::campaigns
