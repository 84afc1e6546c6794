#include "campaigns/schedule.hpp"

#include <gtest/gtest.h>

namespace sesame::campaigns {
namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kBegin = 1'796'083'200'000;

TEST(Schedule, a_timed_task_starts_once) {
  const Schedule timed{TaskType::timed, kBegin};
  EXPECT_EQ(next_start(timed, kBegin - 1), kBegin);
  EXPECT_EQ(next_start(timed, kBegin), std::nullopt);
}

TEST(Schedule, a_recurring_task_starts_every_interval) {
  const Schedule daily{TaskType::recurring, kBegin, 24};
  EXPECT_EQ(next_start(daily, 0), kBegin);
  EXPECT_EQ(next_start(daily, kBegin), kBegin + 24 * kHour);
  EXPECT_EQ(next_start(daily, kBegin + 24 * kHour - 1), kBegin + 24 * kHour);
  // After three missed days, the next start is in the future.
  EXPECT_EQ(next_start(daily, kBegin + 75 * kHour), kBegin + 96 * kHour);
}

TEST(Schedule, a_recurrence_that_is_terminated_starts_once) {
  const Schedule once{TaskType::recurring, kBegin, 24, true};
  EXPECT_EQ(next_start(once, kBegin - 1), kBegin);
  EXPECT_EQ(next_start(once, kBegin), std::nullopt);
}

}  // namespace
}  // namespace sesame::campaigns
