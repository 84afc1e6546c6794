#include "console/code_throttle.hpp"

#include <gtest/gtest.h>

namespace sesame::console {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const CodeThrottle::Time kBegin{hours(1000)};

/// The wrong codes that a guesser who tries every minute gets in.
int guesses(CodeThrottle& throttle, CodeThrottle::Time from, minutes duration, std::int64_t user_id = 1) {
  int tried = 0;
  for (minutes at{0}; at < duration; ++at) tried += throttle.begin(user_id, from + at).count() == 0 ? 1 : 0;
  return tried;
}

TEST(CodeThrottle, ten_guesses_are_free_then_one_an_hour) {
  CodeThrottle throttle;
  EXPECT_EQ(guesses(throttle, kBegin, minutes(60)), 10);
  EXPECT_EQ(throttle.begin(1, kBegin + minutes(59)), seconds(60));
  EXPECT_EQ(guesses(throttle, kBegin + hours(1), hours(24)), 24);
  EXPECT_EQ(guesses(throttle, kBegin, minutes(60), 2), 10) << "another user";
}

TEST(CodeThrottle, right_codes_cost_nothing_and_win_no_guesses) {
  CodeThrottle throttle;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(throttle.begin(1, kBegin).count(), 0);
    throttle.withdraw(1);
  }
  EXPECT_EQ(guesses(throttle, kBegin, minutes(9)), 9);
  EXPECT_EQ(throttle.begin(1, kBegin + minutes(9)).count(), 0);
  throttle.withdraw(1);
  EXPECT_EQ(guesses(throttle, kBegin + minutes(10), minutes(10)), 1);
}

TEST(CodeThrottle, a_day_without_guesses_makes_ten_free_again_and_not_more) {
  CodeThrottle throttle;
  guesses(throttle, kBegin, minutes(30));
  EXPECT_EQ(guesses(throttle, kBegin + hours(48), minutes(60)), 10);
}

}  // namespace
}  // namespace sesame::console
