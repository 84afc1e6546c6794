#include "console/event_board.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sesame::console {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;
using Stream = std::shared_ptr<EventBoard::Subscriber>;

class EventBoardTest : public testing::Test {
 protected:
  Stream open(const std::string& topics, const std::string& last_id = {}, const std::string& session = "s",
              std::int64_t account = 1) {
    return board_.subscribe({session, account, read_topics("topics=" + topics), last_id}, now_);
  }
  /// Without the events that a new stream begins with.
  Stream open_quiet(const std::string& topics) {
    Stream stream = open(topics);
    take(stream);
    return stream;
  }
  void publish(const std::string& topic, std::int64_t account = 1) {
    board_.publish({account, read_topics("topics=" + topic).at(0)}, now_);
  }
  std::size_t fill(std::int64_t account);
  std::string take(const Stream& stream) { return board_.take(*stream, now_).value_or("END"); }

  EventBoard board_{"e0"};
  EventBoard::Time now_{std::chrono::hours(1)};
};

TEST_F(EventBoardTest, a_stream_begins_with_its_topics_and_gets_their_events) {
  const Stream stream = open("inbox,task:7");
  EXPECT_EQ(take(stream),
            "retry: 3000\nid: e0-0\nevent: ready\ndata: {\"topics\":[\"inbox\",\"task:7\"]}\n\n");
  EXPECT_EQ(take(stream), "");
  publish("inbox");
  publish("tasks");
  publish("inbox", 2);
  publish("task:7");
  EXPECT_EQ(take(stream),
            "id: e0-1\ndata: {\"topic\":\"inbox\"}\n\nid: e0-4\ndata: {\"topic\":\"task:7\"}\n\n");
  EXPECT_EQ(take(stream), "");
}

TEST_F(EventBoardTest, a_stream_that_is_not_read_keeps_one_event_a_topic) {
  const Stream stream = open_quiet("inbox,tasks");
  for (int i = 0; i < 5000; ++i) {
    publish("inbox");
    publish("tasks");
  }
  EXPECT_EQ(take(stream),
            "id: e0-9999\ndata: {\"topic\":\"inbox\"}\n\nid: e0-10000\ndata: {\"topic\":\"tasks\"}\n\n");
}

TEST_F(EventBoardTest, a_page_that_comes_back_gets_what_it_missed) {
  publish("inbox");
  publish("tasks");
  publish("inbox");
  now_ += EventBoard::kLoading;
  EXPECT_THAT(take(open("inbox", "e0-1")), HasSubstr("id: e0-3\ndata: {\"topic\":\"inbox\"}"));
  EXPECT_THAT(take(open("inbox", "e0-3")), Not(HasSubstr("data: {\"topic\"")));
  EXPECT_THAT(take(open("inbox", "e0-1")), Not(HasSubstr("reset")));
}

TEST_F(EventBoardTest, a_page_that_saw_another_run_or_too_old_an_event_reads_all_again) {
  publish("inbox");
  publish("inbox");
  for (const std::string id : {"e1-1", "e0-9", "e0-", "e0", "e0-x", "rain"})
    EXPECT_THAT(take(open("inbox", id, id)), HasSubstr("event: reset\ndata: {}\n\n")) << id;
  now_ += EventBoard::kKept;
  EXPECT_THAT(take(open("inbox", "e0-1", "late")), HasSubstr("event: reset"));
  EXPECT_THAT(take(open("inbox", "e0-2", "not late")), Not(HasSubstr("event: reset")));
}

TEST_F(EventBoardTest, keeps_so_many_events) {
  for (std::size_t i = 0; i <= EventBoard::kKeptEventsMax; ++i) publish("inbox");
  EXPECT_THAT(take(open("inbox", "e0-0")), HasSubstr("event: reset"));
  EXPECT_THAT(take(open("inbox", "e0-1")), Not(HasSubstr("event: reset")));
}

TEST_F(EventBoardTest, a_page_gets_what_changed_while_it_loaded) {
  publish("inbox");
  now_ += EventBoard::kLoading - milliseconds(1);
  for (const std::string id : {"", "e0-1"})
    EXPECT_THAT(take(open("inbox", id)), HasSubstr("id: e0-1\ndata: {\"topic\":\"inbox\"}"));
  now_ += milliseconds(1);
  EXPECT_THAT(take(open("inbox")), Not(HasSubstr("data: {\"topic\"")));
}

TEST_F(EventBoardTest, a_quiet_stream_says_that_it_lives_and_the_newest_number) {
  const Stream stream = open_quiet("inbox");
  publish("tasks");
  now_ += EventBoard::kSignOfLife - milliseconds(1);
  EXPECT_EQ(take(stream), "");
  now_ += milliseconds(1);
  EXPECT_EQ(take(stream), ": still here\nid: e0-1\nevent: beat\ndata: {}\n\n");
  EXPECT_EQ(take(stream), "");
}

TEST_F(EventBoardTest, wakes_a_stream_for_an_event_and_after_a_rest) {
  const Stream stream = open("inbox");
  int woken = 0;
  const auto park = [&] {
    board_.park(
        *stream, [&] { ++woken; }, now_);
  };
  park();
  EXPECT_EQ(woken, 1);  // It has not begun.
  take(stream);
  park();
  board_.wake_due(now_);
  EXPECT_EQ(woken, 1);
  publish("inbox");
  board_.wake_due(now_);
  board_.wake_due(now_);
  EXPECT_EQ(woken, 2);
  take(stream);
  park();
  now_ += EventBoard::kRest;
  board_.wake_due(now_);
  EXPECT_EQ(woken, 3);
  park();
  board_.close();
  EXPECT_EQ(woken, 4);
  EXPECT_EQ(take(stream), "END");
  EXPECT_EQ(open("inbox"), nullptr);
}

TEST_F(EventBoardTest, an_ended_session_says_so_and_ends_its_streams_only) {
  const Stream ended = open_quiet("inbox");
  const Stream other = open("inbox", {}, "other");
  take(other);
  board_.end_session("s");
  EXPECT_EQ(take(ended), "event: session\ndata: {\"ended\":true}\n\n");
  EXPECT_EQ(take(ended), "END");
  EXPECT_EQ(take(other), "");
  board_.end_account(2);
  EXPECT_EQ(take(other), "");
  board_.end_account(1);
  EXPECT_EQ(take(other), "event: session\ndata: {\"ended\":true}\n\n");
}

TEST_F(EventBoardTest, a_session_and_the_program_have_so_many_streams) {
  std::vector<Stream> streams;
  for (std::size_t i = 0; i < EventBoard::kStreamsPerSessionMax; ++i) streams.push_back(open("inbox"));
  EXPECT_EQ(open("inbox"), nullptr);
  board_.unsubscribe(streams.back());
  streams.back() = open("inbox");
  EXPECT_NE(streams.back(), nullptr);
  while (board_.streams() < EventBoard::kStreamsMax) {
    const std::string session = std::to_string(board_.streams());
    const auto account = static_cast<std::int64_t>(board_.streams() / EventBoard::kSureStreams + 1);
    ASSERT_NE(open("inbox", {}, session, account), nullptr);
  }
  EXPECT_EQ(open("inbox", {}, "one more", 99), nullptr);
  board_.unsubscribe(streams.front());
  board_.unsubscribe(streams.front());
  EXPECT_NE(open("inbox", {}, "one more", 99), nullptr);
}

TEST_F(EventBoardTest, an_account_leaves_streams_to_others) {
  std::size_t own = 0;
  Stream last;
  while (Stream next = open("inbox", {}, "s" + std::to_string(own))) {
    last = next;
    ++own;
  }
  EXPECT_EQ(own, EventBoard::kStreamsMax / 4 * 3);
  for (std::size_t i = 0; i < EventBoard::kSureStreams; ++i)
    ASSERT_NE(open("inbox", {}, "t" + std::to_string(i), 2), nullptr) << i;
  EXPECT_EQ(open("inbox", {}, "t", 2), nullptr);
  board_.unsubscribe(last);
  EXPECT_EQ(open("inbox", {}, "s"), nullptr) << "others have taken its place";
}

/// Opens streams with topics of their own until one is refused; returns how many topics the board has then.
std::size_t EventBoardTest::fill(std::int64_t account) {
  int number = 0;
  bool opened = true;
  while (opened) {
    std::string topics;
    for (std::size_t i = 0; i < kTopicsPerStreamMax; ++i) topics += "task:" + std::to_string(++number) + ",";
    opened = open(topics, {}, std::to_string(account) + "-" + std::to_string(number), account) != nullptr;
  }
  return board_.topics().size();
}

TEST_F(EventBoardTest, all_streams_have_so_many_topics_and_an_account_leaves_some_to_others) {
  constexpr std::size_t kFirst = EventBoard::kTopicsMax / 4 * 3;
  std::size_t topics = fill(1);
  EXPECT_LE(topics, kFirst);
  EXPECT_GT(topics, kFirst - kTopicsPerStreamMax);
  for (std::int64_t account = 2; account < 20; ++account) {
    const std::size_t before = std::exchange(topics, fill(account));
    EXPECT_LE(topics - before, EventBoard::kSureTopics);
  }
  EXPECT_LE(topics, EventBoard::kTopicsMax);
  EXPECT_GT(topics, EventBoard::kTopicsMax - kTopicsPerStreamMax);
}

TEST_F(EventBoardTest, topics_that_are_watched_already_take_no_room) {
  std::string topics;
  for (std::size_t i = 1; i <= kTopicsPerStreamMax; ++i) topics += "task:" + std::to_string(i) + ",";
  ASSERT_NE(open(topics), nullptr);
  fill(1);
  EXPECT_NE(open(topics, {}, "another"), nullptr);
  EXPECT_NE(open(topics, {}, "third", 2), nullptr) << "another account has room of its own";
  std::size_t all = board_.topics().size();
  for (std::int64_t account = 3; account < 20; ++account) all = fill(account);
  ASSERT_GT(all, EventBoard::kTopicsMax - kTopicsPerStreamMax);
  EXPECT_NE(open(topics, {}, "fourth", 2), nullptr);
  EXPECT_NE(open(topics, {}, "fifth"), nullptr) << "an account with more than its sure share";
  EXPECT_EQ(board_.topics().size(), all);
}

TEST_F(EventBoardTest, a_right_that_is_gone_takes_the_topic_with_it) {
  const Stream stream = open_quiet("inbox,tasks");
  publish("inbox");
  board_.restrict("s", [](const Topic& topic) { return topic.kind != Topic::Kind::inbox; });
  publish("inbox");
  publish("tasks");
  EXPECT_EQ(take(stream), "id: e0-3\ndata: {\"topic\":\"tasks\"}\n\n");
  ASSERT_EQ(board_.topics().size(), 1u);
  EXPECT_EQ(board_.topics().front().topic.name(), "tasks");
  board_.unsubscribe(stream);
  EXPECT_TRUE(board_.topics().empty());
  EXPECT_TRUE(board_.sessions().empty());
}

}  // namespace
}  // namespace sesame::console
