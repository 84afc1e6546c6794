#include "webhooks/event_lane.hpp"

#include <gtest/gtest.h>

namespace sesame::webhooks {
namespace {

Webhook webhook(std::string url, std::string secret_version) {
  Webhook one;
  one.url = std::move(url);
  one.secret_version = std::move(secret_version);
  return one;
}

std::vector<QueuedEvent> events(std::int64_t count) {
  std::vector<QueuedEvent> all(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) all[static_cast<std::size_t>(i)].id = i + 1;
  return all;
}

class EventLaneTest : public testing::Test {
 protected:
  EventLaneTest() { lane_.set_up(webhook("https://a.test/", "1"), Secret("one")); }
  EventLane lane_;
};

TEST_F(EventLaneTest, takes_each_event_once) {
  lane_.take_in(events(5), 3);
  EXPECT_EQ(lane_.ready(), 3U);
  EXPECT_EQ(lane_.next().id, 1);
  lane_.take_in(events(5), 3);
  EXPECT_EQ(lane_.taken(), 4U);  // Event 1 is still under way.
  lane_.answered(true, false, 0);
  lane_.recorded(1);
  EXPECT_EQ(lane_.taken(), 3U);
}

TEST_F(EventLaneTest, measures_how_long_nothing_was_accepted) {
  lane_.take_in(events(5), 5);
  for (const std::int64_t now_ms : {1'000, 100'000}) {
    lane_.take_in(events(5), 5);
    lane_.next();
    lane_.answered(false, false, now_ms);
  }
  EXPECT_TRUE(lane_.failed_since(1'000));
  EXPECT_FALSE(lane_.failed_since(999));
  EXPECT_TRUE(lane_.rests(101'999));
  EXPECT_FALSE(lane_.rests(102'000));  // Two seconds after the second failure.
  lane_.take_in(events(5), 5);
  lane_.next();
  lane_.answered(true, false, 200'000);
  EXPECT_FALSE(lane_.failed_since(200'000));
}

TEST_F(EventLaneTest, starts_over_when_the_webhook_changes) {
  lane_.take_in(events(5), 5);
  EXPECT_FALSE(lane_.differs_from(webhook("https://a.test/", "1")));
  EXPECT_TRUE(lane_.differs_from(webhook("https://b.test/", "1")));
  EXPECT_TRUE(lane_.differs_from(webhook("https://a.test/", "2")));
  lane_.next();
  lane_.answered(false, true, 1'000);
  lane_.set_up(webhook("https://a.test/", "2"), Secret("two"));
  EXPECT_EQ(lane_.secret().reveal(), "two");
  EXPECT_EQ(lane_.ready(), 0U);
  EXPECT_FALSE(lane_.rests(1'000));
  EXPECT_FALSE(lane_.fails());
  EXPECT_FALSE(lane_.is_slow());
}

}  // namespace
}  // namespace sesame::webhooks
