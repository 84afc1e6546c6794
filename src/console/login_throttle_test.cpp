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

TEST(LoginThrottle, guesses_from_elsewhere_do_not_hold_up_a_name) {
  LoginThrottle throttle;
  waits(throttle, "ann", "guesser", 20);
  EXPECT_EQ(throttle.begin("ann", "home", kBegin).count(), 0);
  EXPECT_GT(throttle.begin("ann", "guesser", kBegin).count(), 0);
}

TEST(LoginThrottle, guesses_at_a_name_from_many_networks_wait_but_not_where_it_logged_in) {
  LoginThrottle throttle;
  EXPECT_EQ(throttle.begin("ann", "home", kBegin).count(), 0);
  throttle.succeeded("ann", "home", kBegin);
  for (unsigned i = 0; i < LoginThrottle::kOfName.free; ++i)
    EXPECT_EQ(throttle.begin("ann", "n" + std::to_string(i), kBegin).count(), 0) << i;
  EXPECT_GT(throttle.begin("ann", "another", kBegin).count(), 0);
  EXPECT_EQ(throttle.begin("bob", "another", kBegin).count(), 0);
  EXPECT_EQ(throttle.begin("ann", "home", kBegin).count(), 0);
  // A wait that nobody can stretch: whoever tries again in ten seconds is let in, guesses or not.
  LoginThrottle::Time now = kBegin;
  for (int i = 0; i < 20; ++i) {
    const seconds wait = throttle.begin("ann", "m" + std::to_string(i), now);
    EXPECT_LE(wait, LoginThrottle::kOfName.wait_max);
    now += wait;
    throttle.begin("ann", "m" + std::to_string(i), now);
  }
}

TEST(LoginThrottle, guesses_at_many_names_from_one_network_wait) {
  LoginThrottle throttle;
  for (unsigned i = 0; i < LoginThrottle::kOfNetwork.free; ++i)
    EXPECT_EQ(throttle.begin("b" + std::to_string(i), "net", kBegin).count(), 0) << i;
  EXPECT_GT(throttle.begin("cem", "net", kBegin).count(), 0);
}

TEST(LoginThrottle, a_right_password_clears_the_name_there_but_wins_no_attempts_at_others) {
  LoginThrottle throttle;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(throttle.begin("victim", "n", kBegin).count(), 0);
  EXPECT_EQ(throttle.begin("mine", "n", kBegin).count(), 0);
  throttle.succeeded("mine", "n", kBegin);
  EXPECT_EQ(throttle.begin("victim", "n", kBegin).count(), 0);
  EXPECT_GT(throttle.begin("victim", "n", kBegin).count(), 0);
  throttle.succeeded("victim", "n", kBegin);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle.begin("victim", "n", kBegin).count(), 0) << i;
  EXPECT_GT(throttle.begin("victim", "n", kBegin).count(), 0);
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
