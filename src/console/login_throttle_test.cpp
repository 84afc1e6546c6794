#include "console/login_throttle.hpp"

#include <gtest/gtest.h>

namespace sesame::console {
namespace {

using std::chrono::seconds;

const LoginThrottle::Time kBegin{std::chrono::hours(1)};

/// How long the sixth and the later attempts waited, when each is made as soon as it may be.
std::vector<int> waits(LoginThrottle& throttle, const std::string& name, const std::string& network,
                       int attempts) {
  std::vector<int> waited;
  LoginThrottle::Time now = kBegin;
  for (int i = 0; i < attempts; ++i) {
    const seconds wait = throttle.begin(name, network, now);
    waited.push_back(static_cast<int>(wait.count()));
    now += wait;
    if (wait.count() > 0) {
      EXPECT_EQ(throttle.begin(name, network, now).count(), 0);
    }
  }
  return waited;
}

TEST(LoginThrottle, five_attempts_are_free_then_each_waits_twice_as_long_up_to_a_minute) {
  LoginThrottle throttle;
  EXPECT_EQ(waits(throttle, "ann", "n", 13), (std::vector<int>{0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60}));
}

TEST(LoginThrottle, counts_by_name_and_by_network) {
  LoginThrottle throttle;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle.begin("ann", "n" + std::to_string(i), kBegin).count(), 0);
  EXPECT_GT(throttle.begin("ann", "another", kBegin).count(), 0);
  EXPECT_EQ(throttle.begin("bob", "another", kBegin).count(), 0);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle.begin("b" + std::to_string(i), "net", kBegin).count(), 0);
  EXPECT_GT(throttle.begin("cem", "net", kBegin).count(), 0);
}

TEST(LoginThrottle, a_right_password_clears_the_name_but_wins_no_attempts_at_others) {
  LoginThrottle throttle;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(throttle.begin("victim", "n", kBegin).count(), 0);
  EXPECT_EQ(throttle.begin("mine", "n", kBegin).count(), 0);
  throttle.succeeded("mine", "n");
  EXPECT_EQ(throttle.begin("victim", "n", kBegin).count(), 0);
  EXPECT_GT(throttle.begin("victim", "n", kBegin).count(), 0);
  throttle.succeeded("victim", "n");
  EXPECT_EQ(throttle.begin("victim", "elsewhere", kBegin).count(), 0);
}

TEST(LoginThrottle, a_withdrawn_attempt_and_old_ones_do_not_count) {
  LoginThrottle throttle;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(throttle.begin("ann", "n", kBegin).count(), 0);
    throttle.withdraw("ann", "n");
  }
  for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle.begin("ann", "n", kBegin).count(), 0);
  EXPECT_GT(throttle.begin("ann", "n", kBegin).count(), 0);
  const LoginThrottle::Time later = kBegin + LoginThrottle::kMemory;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle.begin("ann", "n", later).count(), 0) << i;
}

}  // namespace
}  // namespace sesame::console
