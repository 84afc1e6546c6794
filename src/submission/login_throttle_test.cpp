// How often a peer may guess.
#include "submission/login_throttle.hpp"

#include <gtest/gtest.h>

#include "testkit/manual_clock.hpp"

namespace sesame::submission {
namespace {

using std::chrono::minutes;

TEST(LoginThrottle, stops_a_peer_that_fails_until_its_time_is_over) {
  testkit::ManualClock clock;
  LoginThrottle throttle(2, minutes(15));
  throttle.failed("192.0.2.1", clock.steady_now());
  EXPECT_TRUE(throttle.may_try("192.0.2.1", clock.steady_now()));
  throttle.failed("192.0.2.1", clock.steady_now());
  EXPECT_FALSE(throttle.may_try("192.0.2.1", clock.steady_now()));
  EXPECT_TRUE(throttle.may_try("192.0.2.2", clock.steady_now()));
  clock.advance(minutes(15));
  EXPECT_TRUE(throttle.may_try("192.0.2.1", clock.steady_now()));
  throttle.failed("192.0.2.1", clock.steady_now());
  EXPECT_TRUE(throttle.may_try("192.0.2.1", clock.steady_now()));
}

TEST(LoginThrottle, can_be_switched_off) {
  testkit::ManualClock clock;
  LoginThrottle throttle(0, minutes(15));
  for (int i = 0; i < 100; ++i) throttle.failed("192.0.2.1", clock.steady_now());
  EXPECT_TRUE(throttle.may_try("192.0.2.1", clock.steady_now()));
}

TEST(LoginThrottle, does_not_grow_with_the_number_of_peers) {
  testkit::ManualClock clock;
  LoginThrottle throttle(1, minutes(15));
  throttle.failed("first", clock.steady_now());
  for (std::size_t i = 0; i <= LoginThrottle::kNetworksMax; ++i)
    throttle.failed("peer" + std::to_string(i), clock.steady_now());
  EXPECT_TRUE(throttle.may_try("first", clock.steady_now()));
}

}  // namespace
}  // namespace sesame::submission
