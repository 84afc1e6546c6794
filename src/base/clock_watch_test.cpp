#include "base/clock_watch.hpp"

#include <gtest/gtest.h>

#include "testkit/manual_clock.hpp"

namespace sesame {
namespace {

using namespace std::chrono_literals;

TEST(ClockWatchTest, a_suspect_clock_is_settled_after_a_minute) {
  testkit::ManualClock clock;
  ClockWatch watch(clock, ClockWatch::Start::suspect);
  EXPECT_FALSE(watch.is_settled());
  clock.advance(59s);
  EXPECT_FALSE(watch.is_settled());
  clock.advance(1s);
  EXPECT_TRUE(watch.is_settled());
}

TEST(ClockWatchTest, a_step_unsettles_a_clock_for_a_minute) {
  testkit::ManualClock clock;
  ClockWatch watch(clock, ClockWatch::Start::trusted);
  EXPECT_TRUE(watch.is_settled());
  for (const std::int64_t step_ms : {30'001LL, -30'001LL, 365 * 86'400'000LL, -3'600'000LL}) {
    clock.set_ms(clock.now_ms() + step_ms);
    EXPECT_FALSE(watch.is_settled()) << step_ms;
    clock.advance(2s);
    EXPECT_FALSE(watch.is_settled()) << step_ms;
    clock.advance(58s);
    EXPECT_TRUE(watch.is_settled()) << step_ms;
  }
}

TEST(ClockWatchTest, slewing_and_long_pauses_are_no_steps) {
  testkit::ManualClock clock;
  ClockWatch watch(clock, ClockWatch::Start::trusted);
  for (int i = 0; i < 100; ++i) {
    clock.advance(2s);
    clock.set_ms(clock.now_ms() + 1'000);
    EXPECT_TRUE(watch.is_settled()) << i;
  }
  clock.advance(1000h);
  EXPECT_TRUE(watch.is_settled());
}

TEST(ClockWatchTest, a_time_before_this_program_is_not_trusted) {
  testkit::ManualClock clock;
  clock.set_ms(0);
  ClockWatch watch(clock, ClockWatch::Start::trusted);
  EXPECT_FALSE(watch.is_settled());
  clock.advance(24h);
  EXPECT_FALSE(watch.is_settled());
}

}  // namespace
}  // namespace sesame
