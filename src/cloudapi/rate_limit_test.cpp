#include "cloudapi/rate_limit.hpp"

#include <gtest/gtest.h>

#include "testkit/manual_clock.hpp"

namespace sesame::cloudapi {
namespace {

class RateLimitTest : public testing::Test {
 protected:
  Status call(std::int64_t account = 1, std::string_view region = "ap-guangzhou",
              std::string_view action = "ListReceivers") {
    return limit_.enter(account, region, action, clock_.now_ms());
  }

  testkit::ManualClock clock_;
  RateLimit limit_{2};
};

TEST_F(RateLimitTest, refuses_the_third_call_of_a_second_and_tells_how_many_there_were) {
  EXPECT_TRUE(call());
  EXPECT_TRUE(call());
  const Status third = call();
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().reason(), "api.too_frequent");
  EXPECT_EQ(third.error().facts().at(0).value, "3");
  EXPECT_EQ(third.error().facts().at(1).value, "2");
  EXPECT_EQ(call().error().facts().at(0).value, "4");
}

TEST_F(RateLimitTest, begins_anew_with_each_second) {
  for (int i = 0; i < 3; ++i) (void)call();
  clock_.advance(std::chrono::milliseconds(999));
  EXPECT_FALSE(call());
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(call());
}

TEST_F(RateLimitTest, counts_each_account_region_and_action_for_itself) {
  for (int i = 0; i < 3; ++i) (void)call();
  EXPECT_TRUE(call(2));
  EXPECT_TRUE(call(1, "ap-hongkong"));
  EXPECT_TRUE(call(1, "ap-guangzhou", "SendEmail"));
}

TEST_F(RateLimitTest, holds_a_bounded_number_of_counts) {
  for (std::size_t i = 0; i < RateLimit::kCountsMax; ++i) {
    ASSERT_TRUE(call(static_cast<std::int64_t>(i)));
  }
  EXPECT_FALSE(call(-1)) << "one more than can be counted";
  EXPECT_TRUE(call(0)) << "one that is counted";
}

TEST(RateLimitOff, lets_everything_through) {
  RateLimit limit(0);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limit.enter(1, "r", "a", 0));
}

}  // namespace
}  // namespace sesame::cloudapi
