#include "campaigns/schedule.hpp"

namespace sesame::campaigns {

std::optional<std::int64_t> next_start(const Schedule& schedule, std::int64_t after_ms) {
  if (schedule.type == TaskType::now) return std::nullopt;
  if (schedule.begin_ms > after_ms) return schedule.begin_ms;
  if (schedule.type == TaskType::timed || schedule.once || schedule.interval_hours < 1) return std::nullopt;
  const std::int64_t interval_ms = schedule.interval_hours * 3'600'000;
  const std::int64_t begun = (after_ms - schedule.begin_ms) / interval_ms;
  return schedule.begin_ms + (begun + 1) * interval_ms;
}

}  // namespace sesame::campaigns
