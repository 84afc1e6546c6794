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
  EventLaneTest() { lane_.set_up(webhook("https://a.test/", "1"), {Secret("one"), {}, 0}); }
  EventLane lane_;
};

TEST_F(EventLaneTest, takes_each_event_once) {
  lane_.take_in(events(5), 3);
  EXPECT_EQ(lane_.ready(), 3U);
  EXPECT_EQ(lane_.next().id, 1);
  lane_.take_in(events(5), 3);
  EXPECT_EQ(lane_.taken(), 4U);  // Event 1 is still under way.
  lane_.answered({Verdict::accepted}, 0);
  lane_.recorded(1);
  EXPECT_EQ(lane_.taken(), 3U);
}

TEST_F(EventLaneTest, measures_how_long_nothing_was_accepted) {
  lane_.take_in(events(5), 5);
  for (const std::int64_t now_ms : {1'000, 100'000}) {
    lane_.take_in(events(5), 5);
    lane_.next();
    lane_.answered({Verdict::failed, false, 1}, now_ms);
  }
  EXPECT_TRUE(lane_.failed_since(1'000));
  EXPECT_FALSE(lane_.failed_since(999));
  EXPECT_TRUE(lane_.rests(101'999));
  EXPECT_FALSE(lane_.rests(102'000));  // Two seconds after the second failure.
  lane_.take_in(events(5), 5);
  lane_.next();
  lane_.answered({Verdict::accepted}, 200'000);
  EXPECT_FALSE(lane_.failed_since(200'000));
}

TEST_F(EventLaneTest, goes_on_beside_refused_events_and_single_failures) {
  lane_.take_in(events(60), 60);
  for (int round = 0; round < 3; ++round) {
    for (unsigned i = 1; i < EventLane::kFailuresUntilAway; ++i) {
      lane_.next();
      lane_.answered({Verdict::failed}, 1'000);
      EXPECT_FALSE(lane_.rests(1'000));
    }
    lane_.next();
    lane_.answered({round == 1 ? Verdict::accepted : Verdict::refused}, 1'000);
  }
  EXPECT_FALSE(lane_.fails());
  EXPECT_EQ(lane_.ready(), 36U);
  EXPECT_FALSE(lane_.failed_since(1'000));
}

TEST_F(EventLaneTest, rests_after_failures_in_a_row_and_longer_after_each_probe) {
  lane_.take_in(events(20), 20);
  for (unsigned i = 0; i < EventLane::kFailuresUntilAway; ++i) {
    lane_.next();
    lane_.answered({Verdict::failed}, 1'000);
  }
  EXPECT_TRUE(lane_.rests(1'999));
  EXPECT_FALSE(lane_.rests(2'000));
  EXPECT_TRUE(lane_.fails());
  EXPECT_EQ(lane_.ready(), 0U);
  for (const auto& [now_ms, until_ms] : {std::pair(2'000, 4'000), {4'000, 8'000}, {8'000, 16'000}}) {
    lane_.take_in(events(20), 1);
    lane_.next();
    lane_.answered({Verdict::failed}, now_ms);
    EXPECT_TRUE(lane_.rests(until_ms - 1));
    EXPECT_FALSE(lane_.rests(until_ms));
  }
  // A receiver that refuses an event is there again.
  lane_.take_in(events(20), 1);
  lane_.next();
  lane_.answered({Verdict::refused}, 16'000);
  EXPECT_FALSE(lane_.fails());
}

TEST_F(EventLaneTest, rests_at_once_for_a_receiver_that_asks_for_it) {
  const auto reply = [&](const LaneReply& one) {
    lane_.set_up(webhook("https://a.test/", "1"), {Secret("one"), {}, 0});
    lane_.take_in(events(5), 5);
    lane_.next();
    lane_.answered(one, 0);
  };
  reply({Verdict::busy});
  EXPECT_TRUE(lane_.rests(999));
  EXPECT_FALSE(lane_.rests(1'000));
  reply({Verdict::busy, false, 30'000});
  EXPECT_TRUE(lane_.rests(29'999));
  reply({Verdict::failed, false, 30'000});  // 503 with Retry-After.
  EXPECT_TRUE(lane_.rests(29'999));
  reply({Verdict::busy, false, 86'400'000});
  EXPECT_TRUE(lane_.rests(299'999));
  EXPECT_FALSE(lane_.rests(300'000));
}

TEST_F(EventLaneTest, starts_over_when_the_webhook_changes) {
  lane_.take_in(events(5), 5);
  EXPECT_FALSE(lane_.differs_from(webhook("https://a.test/", "1")));
  EXPECT_TRUE(lane_.differs_from(webhook("https://b.test/", "1")));
  EXPECT_TRUE(lane_.differs_from(webhook("https://a.test/", "2")));
  lane_.next();
  lane_.answered({Verdict::failed, true, 1}, 1'000);
  lane_.set_up(webhook("https://a.test/", "2"), {Secret("two"), {}, 0});
  EXPECT_EQ(lane_.secrets().current.reveal(), "two");
  EXPECT_EQ(lane_.ready(), 0U);
  EXPECT_FALSE(lane_.rests(1'000));
  EXPECT_FALSE(lane_.fails());
  EXPECT_FALSE(lane_.is_slow());
}

}  // namespace
}  // namespace sesame::webhooks
