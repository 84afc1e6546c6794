#include "campaigns/time_correction.hpp"

#include <optional>
#include <vector>

#include "base/earliest_time.hpp"
#include "campaigns/schedule.hpp"

namespace sesame::campaigns {

namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kPauseMsMax = 24 * kHourMs;  // Until the next day in Beijing.

// A first start may be years ahead.
constexpr storage::Sql kFarStarts{
    "campaigns.far_starts",
    "SELECT task_id, begin_ms, interval_hours FROM send_task WHERE due_ms IS NOT NULL AND due_ms > ?1 AND "
    "due_ms > begin_ms AND task_type = ?2"};
constexpr storage::Sql kFarStart{
    "campaigns.correct_start",
    "UPDATE send_task SET due_ms = ?2 WHERE task_id = ?1 AND due_ms IS NOT NULL AND due_ms > ?3"};
constexpr storage::Sql kFarPauses{
    "campaigns.correct_pauses",
    "UPDATE send_task SET resume_ms = ?1 WHERE resume_ms IS NOT NULL AND resume_ms > ?2"};

struct FarStart {
  std::int64_t task_id = 0;
  Schedule schedule;
};

}  // namespace

std::int64_t correct_task_times(storage::Writer& writer, std::int64_t now_ms) {
  std::int64_t corrected = writer.run(kFarPauses, now_ms, now_ms + kPauseMsMax + kClockSlackMs);
  std::vector<FarStart> far;
  {
    const auto rows = writer.query(kFarStarts, now_ms + kClockSlackMs, TaskType::recurring);
    while (rows->next()) {
      FarStart& one = far.emplace_back();
      one.task_id = rows->next_integer();
      one.schedule.type = TaskType::recurring;
      one.schedule.begin_ms = rows->next_integer();
      one.schedule.interval_hours = rows->next_integer();
    }
  }
  for (const FarStart& one : far) {
    const std::optional<std::int64_t> start = next_start(one.schedule, now_ms);
    // Two intervals: a clock that was set back a little must not repeat a start.
    const std::int64_t latest_ms = now_ms + 2 * one.schedule.interval_hours * kHourMs;
    if (start) corrected += writer.run(kFarStart, one.task_id, *start, latest_ms);
  }
  return corrected;
}

}  // namespace sesame::campaigns
