#include "webhooks/event_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "webhooks/webhook_fixture.hpp"

namespace sesame::webhooks {
namespace {

class EventHistoryTest : public WebhookStore {
 protected:
  void SetUp() override {
    WebhookStore::SetUp();
    ASSERT_TRUE(save(webhook_of("")));
  }
  std::int64_t again(const RedeliverRequest& again) {
    return *database_.change(
        [&](storage::Writer& writer) { return redeliver(writer, scope_, again, clock_.now_ms()); });
  }
  std::int64_t expire(const HistoryLimits& limits, std::int64_t most = 1000) {
    return database_.change(
        [&](storage::Writer& writer) { return delete_expired_events(writer, limits, most); });
  }
  std::vector<std::int64_t> ids(std::optional<EventState> state = std::nullopt) {
    std::vector<std::int64_t> all;
    for (const QueuedEvent& event : list(1, state).events) all.push_back(event.id);
    return all;
  }
  /// Queues an event per hour, each ended with this state.
  void hour(EventState state) {
    queue(delivered());
    end_all(1, state);
    clock_.advance(std::chrono::hours(1));
  }
  std::int64_t kept() { return number("SELECT ended FROM webhook WHERE id = 1"); }
};

TEST_F(EventHistoryTest, is_listed_by_state_the_newest_first) {
  hour(EventState::accepted);
  hour(EventState::given_up);
  hour(EventState::accepted);
  queue(delivered(), 2);
  EXPECT_EQ(list(1).total, 5);
  EXPECT_THAT(ids(), testing::ElementsAre(5, 4, 3, 2, 1));
  EXPECT_THAT(ids(EventState::accepted), testing::ElementsAre(3, 1));
  EXPECT_THAT(ids(EventState::given_up), testing::ElementsAre(2));
  EXPECT_THAT(ids(EventState::waiting), testing::ElementsAre(4, 5));
  for (const EventState state : {EventState::waiting, EventState::accepted, EventState::given_up})
    EXPECT_EQ(list(1, state).total, static_cast<std::int64_t>(ids(state).size()));
}

TEST_F(EventHistoryTest, is_listed_for_its_owner_only) {
  const accounts::Scope other{2, "ap-guangzhou"};
  const auto page =
      database_.look([&](storage::Reader& reader) { return list_events(reader, other, {.webhook_id = 1}); });
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().reason(), "webhooks.webhook_missing");
  const auto redelivered = database_.change(
      [&](storage::Writer& writer) { return redeliver(writer, other, {.webhook_id = 1}, 0); });
  ASSERT_FALSE(redelivered);
  EXPECT_EQ(redelivered.error().reason(), "webhooks.webhook_missing");
}

TEST_F(EventHistoryTest, redelivers_the_named_events_except_waiting_ones) {
  hour(EventState::accepted);
  queue(delivered());
  const std::vector<std::int64_t> named{1, 2, 77};
  EXPECT_EQ(again({.webhook_id = 1, .ids = named}), 1);
  EXPECT_THAT(ids(EventState::waiting), testing::UnorderedElementsAre(1, 2));
  EXPECT_EQ(list(1).total, 2);
  EXPECT_EQ(kept(), 0);
}

TEST_F(EventHistoryTest, redelivers_only_given_up_events_by_default_the_oldest_first) {
  hour(EventState::given_up);
  hour(EventState::accepted);
  hour(EventState::given_up);
  EXPECT_EQ(again({.webhook_id = 1, .most = 1}), 1);
  EXPECT_THAT(ids(EventState::waiting), testing::ElementsAre(1));
  EXPECT_EQ(again({.webhook_id = 1}), 1);
  EXPECT_EQ(again({.webhook_id = 1}), 0);
  EXPECT_THAT(ids(EventState::accepted), testing::ElementsAre(2));
}

TEST_F(EventHistoryTest, redelivers_all_ended_events_of_a_period) {
  const std::int64_t begin = clock_.now_ms();
  const std::int64_t hour_ms = 3'600'000;
  hour(EventState::accepted);
  hour(EventState::accepted);
  hour(EventState::given_up);
  hour(EventState::accepted);
  EXPECT_EQ(again({.webhook_id = 1, .from_ms = begin + hour_ms, .to_ms = begin + 3 * hour_ms}), 2);
  EXPECT_THAT(ids(EventState::waiting), testing::UnorderedElementsAre(2, 3));
  EXPECT_EQ(again({.webhook_id = 1, .to_ms = begin}), 0);
  EXPECT_EQ(again({.webhook_id = 1, .from_ms = begin}), 2);
}

TEST_F(EventHistoryTest, expires_by_age_except_waiting_events) {
  queue(delivered());  // Remains before all others.
  clock_.advance(std::chrono::hours(1));
  database_.change([&](storage::Writer& writer) {  // Its next attempt comes after all others.
    const PostResult later{1, 1, EventState::waiting, clock_.now_ms() + 99 * 3'600'000LL, "HTTP 500"};
    record_results(writer, std::span(&later, 1));
  });
  for (int i = 0; i < 3; ++i) hour(EventState::accepted);
  hour(EventState::given_up);
  const std::int64_t before = clock_.now_ms() - 2 * 3'600'000;
  EXPECT_EQ(expire({before, 100}, 1), 1);
  EXPECT_EQ(expire({before, 100}), 1);
  EXPECT_EQ(expire({before, 100}), 0);
  EXPECT_THAT(ids(), testing::ElementsAre(5, 4, 1));
  EXPECT_EQ(kept(), 2);
  EXPECT_EQ(list(1).total, 3);
}

TEST_F(EventHistoryTest, expires_by_number_the_accepted_first) {
  hour(EventState::given_up);
  for (int i = 0; i < 4; ++i) hour(EventState::accepted);
  EXPECT_EQ(expire({0, 2}), 3);
  EXPECT_THAT(ids(), testing::ElementsAre(5, 1));
  EXPECT_EQ(expire({0, 2}), 0);
  EXPECT_EQ(expire({0, 1}), 1);
  EXPECT_THAT(ids(), testing::ElementsAre(1));
}

TEST_F(EventHistoryTest, of_a_deleted_webhook_is_deleted_in_portions) {
  hour(EventState::accepted);
  queue(delivered(), 4);
  ASSERT_TRUE(remove(""));
  EXPECT_EQ(number("SELECT count(*) FROM webhook_event"), 5);
  EXPECT_EQ(expire({0, 100}, 3), 3);
  EXPECT_EQ(expire({0, 100}, 3), 2);
  EXPECT_EQ(expire({0, 100}, 3), 0);
  EXPECT_EQ(number("SELECT count(*) FROM webhook_event"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM webhook_leftover"), 0);
  EXPECT_EQ(save(webhook_of(""))->id, 2);
  EXPECT_EQ(list(2).total, 0);
}

TEST_F(EventHistoryTest, nothing_is_stored_for_a_webhook_that_was_deleted_in_the_same_transaction) {
  EventQueue events(directory_, clock_);
  const std::vector<effects::Event> all(3, delivered());
  database_.change([&](storage::Writer& writer) {
    ASSERT_TRUE(delete_webhook(writer, scope_, ""));
    events.queue(writer, all);
  });
  EXPECT_EQ(number("SELECT count(*) FROM webhook_event"), 0);
}

TEST_F(EventHistoryTest, gives_up_overdue_events_in_portions) {
  queue(delivered(), 3);
  const std::int64_t after = clock_.now_ms() + 1;
  const auto give_up = [&](std::int64_t before_ms, std::int64_t most) {
    return database_.change([&](storage::Writer& writer) { return give_up_old(writer, 1, before_ms, most); });
  };
  EXPECT_EQ(give_up(after - 1, 10), 0);
  EXPECT_EQ(give_up(after, 2), 2);
  EXPECT_EQ(give_up(after, 2), 1);
  EXPECT_EQ(count(EventState::waiting), 0);
  EXPECT_EQ(count(EventState::given_up), 3);
  EXPECT_EQ(kept(), 3);
}

}  // namespace
}  // namespace sesame::webhooks
