#include "console/event_hub.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "accounts/accounts.hpp"
#include "accounts/users.hpp"
#include "net/loops.hpp"
#include "testkit/eventually.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::console {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;
using Stream = std::shared_ptr<net::BodySource>;

constexpr storage::Sql kInbox{
    "test.inbox",
    "INSERT INTO inbox_mail (account_id, region, message_id, from_address, "
    "to_address, subject, received_ms, size_bytes, packed) VALUES (?1, 'a', '', '', "
    "'', '', 1, 1, '')"};
constexpr storage::Sql kTemplate{"test.template",
                                 "INSERT INTO template (account_id, region, name, status, review_reason, "
                                 "created_ms) VALUES (?1, 'a', 'n', 0, '', 1)"};

/// A hub without its thread, the account 'first' with the owner Ann, and a stream that is read by hand.
class EventHubTest : public testing::Test {
 protected:
  EventHubTest() {
    loops_.start();
    database_.change([&](storage::Writer& writer) {
      account_ = accounts::create_account(writer, random_, "first", 10, 1).value().id;
      ann_ = accounts::create_user(writer, {account_, "Ann", accounts::Role::owner, "hash"}, 5).value();
      accounts::Credential credential;
      credential.secret_id = "AKID";
      credential.account_id = account_;
      keyring_.put(std::move(credential));
    });
  }
  ~EventHubTest() override {
    hub_.stop();
    loops_.stop(seconds(5));
  }

  accounts::ConsoleSession log_in(const std::string& token) {
    return *database_.change([&](storage::Writer& writer) {
      const std::string digest = accounts::token_digest(token);
      accounts::create_session(writer, {digest, account_, ann_, "192.0.2.1", "a browser"}, clock_.now_ms());
      return accounts::find_session(writer, digest, {}, clock_.now_ms());
    });
  }
  Stream open(const accounts::ConsoleSession& session, const std::string& topics) {
    return hub_.open(session, read_topics("topics=" + topics), {}).value();
  }
  /// A stream that has been sent what it begins with.
  Stream open_begun(const accounts::ConsoleSession& session, const std::string& topics) {
    Stream stream = open(session, topics);
    hub_.look();
    read(stream);
    return stream;
  }
  /// The next piece of the body; "END" at its end. `between` is called until it has come.
  std::string read(const Stream& stream, const std::function<void()>& between) {
    struct Piece {
      std::optional<std::string> text;
      std::atomic<bool> came{false};
    };
    auto piece = std::make_shared<Piece>();
    loops_.spawn(0, [stream, piece]() { return take(stream, piece); });
    EXPECT_TRUE(testkit::eventually([&] {
      between();
      return piece->came.load();
    }));
    return piece->text.value_or("END");
  }
  std::string read(const Stream& stream) {
    return read(stream, [&] { hub_.look(); });
  }
  /// Whether the stream says nothing while time passes.
  bool is_quiet(const Stream& stream) {
    const std::string said = read(stream, [&] {
      hub_.look();
      clock_.advance(EventBoard::kRest);
    });
    return said.empty() || said.starts_with(": still here");
  }
  template <class Piece>
  static net::Task<void> take(Stream stream, std::shared_ptr<Piece> piece) {
    piece->text = co_await stream->next();
    piece->came.store(true);
  }
  void insert(const storage::Sql& sql) {
    database_.change([&](storage::Writer& writer) { writer.run(sql, account_); });
  }

  testkit::ManualClock clock_;
  testkit::SeededRandom random_;
  testkit::TempDatabase database_;
  accounts::Keyring keyring_;
  net::Loops loops_{1};
  std::int64_t account_ = 0, ann_ = 0;
  EventHub hub_{{*database_, keyring_, clock_, random_}, {}, {"a", "b"}};
};

TEST_F(EventHubTest, a_new_stream_learns_its_topics_and_that_they_may_have_changed) {
  const Stream stream = open(log_in("t"), "inbox,templates,rain");
  hub_.look();
  const std::string begin = read(stream);
  EXPECT_THAT(begin, HasSubstr("event: ready\ndata: {\"topics\":[\"inbox\",\"templates\",\"session\"]}"));
  EXPECT_THAT(begin, HasSubstr("data: {\"topic\":\"inbox\"}"));
  EXPECT_TRUE(is_quiet(stream));
}

TEST_F(EventHubTest, what_changed_is_published_a_topic_once_a_second_and_the_inbox_at_once) {
  const Stream stream = open_begun(log_in("t"), "inbox,templates");
  clock_.advance(EventHub::kPace);
  hub_.look();
  clock_.advance(EventHub::kTick);
  insert(kTemplate);
  insert(kInbox);
  const std::string first = read(stream);
  EXPECT_THAT(first, HasSubstr("\"inbox\""));
  EXPECT_THAT(first, Not(HasSubstr("\"templates\"")));
  insert(kInbox);
  clock_.advance(EventHub::kPace - EventHub::kTick);
  insert(kTemplate);
  const std::string second = read(stream);
  EXPECT_THAT(second, HasSubstr("\"templates\""));
  EXPECT_THAT(second, Not(HasSubstr("\"inbox\"")));
  clock_.advance(EventHub::kTick);
  EXPECT_THAT(read(stream), HasSubstr("\"inbox\""));
  EXPECT_TRUE(is_quiet(stream));
}

TEST_F(EventHubTest, a_page_that_comes_back_after_minutes_has_missed_nothing) {
  Stream stream = open(log_in("t"), "templates");
  hub_.look();
  const std::string begin = read(stream);
  const std::size_t id = begin.rfind("id: ") + 4;
  const std::string last_id = begin.substr(id, begin.find('\n', id) - id);
  stream.reset();
  clock_.advance(EventBoard::kKept - seconds(2));
  insert(kTemplate);
  hub_.look();
  clock_.advance(seconds(1));
  stream = hub_.open(log_in("t2"), read_topics("topics=templates"), last_id).value();
  const std::string missed = read(stream);
  EXPECT_THAT(missed, HasSubstr("\"topic\":\"templates\""));
  EXPECT_THAT(missed, Not(HasSubstr("event: reset")));
}

TEST_F(EventHubTest, an_object_is_watched_while_somebody_reads_it_and_told_of_when_its_page_comes_back) {
  Stream stream = open_begun(log_in("t"), "task:7");
  stream.reset();
  clock_.advance(EventBoard::kLoading);
  hub_.look();
  stream = open(log_in("t2"), "task:7");
  hub_.look();
  EXPECT_THAT(read(stream), HasSubstr("data: {\"topic\":\"task:7\"}"));
}

TEST_F(EventHubTest, an_ended_session_ends_its_streams) {
  const accounts::ConsoleSession session = log_in("t");
  const Stream stream = open_begun(session, "inbox");
  const Stream other = open_begun(log_in("other"), "inbox");
  database_.change([&](storage::Writer& writer) { accounts::end_session(writer, session.digest); });
  EXPECT_EQ(read(stream), "event: session\ndata: {\"ended\":true}\n\n");
  EXPECT_EQ(read(stream), "END");
  EXPECT_TRUE(is_quiet(other));
  database_.change([&](storage::Writer& writer) { EXPECT_TRUE(accounts::reset_user(writer, ann_)); });
  EXPECT_THAT(read(other), HasSubstr("\"ended\":true"));
}

TEST_F(EventHubTest, a_session_whose_time_is_over_and_a_disabled_account_end_streams) {
  const Stream old = open_begun(log_in("old"), "inbox");
  clock_.advance(std::chrono::hours(13));
  const Stream fresh = open_begun(log_in("fresh"), "inbox");
  EXPECT_THAT(read(old), HasSubstr("\"ended\":true"));
  keyring_.remove("AKID");
  clock_.advance(EventHub::kPace);
  EXPECT_THAT(read(fresh), HasSubstr("\"ended\":true"));
}

TEST_F(EventHubTest, a_role_gets_the_topics_that_it_may_read) {
  database_.change([&](storage::Writer& writer) {
    accounts::create_user(writer, {account_, "Bo", accounts::Role::owner, "hash"}, 5).value();
    EXPECT_TRUE(accounts::change_user(writer, ann_, {.role = accounts::Role::reviewer}, {}));
  });
  const Stream stream = open(log_in("t"), "inbox,templates,tasks,webhooks");
  EXPECT_THAT(read(stream), HasSubstr("{\"topics\":[\"templates\",\"session\"]}"));
}

TEST_F(EventHubTest, streams_beyond_the_limit_are_refused) {
  const accounts::ConsoleSession session = log_in("t");
  std::vector<Stream> streams;
  for (std::size_t i = 0; i < EventBoard::kStreamsPerSessionMax; ++i)
    streams.push_back(open(session, "inbox"));
  const auto refused = hub_.open(session, {}, {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason(), "console.too_many_streams");
  streams.pop_back();
  EXPECT_TRUE(hub_.open(session, {}, {}).ok());
}

TEST_F(EventHubTest, its_thread_publishes_by_itself_and_stop_ends_every_stream) {
  hub_.start();
  const Stream stream = open(log_in("t"), "inbox");
  std::string begin;
  // It comes with the first looks; a stream that ended or is silent must not hold the test up.
  for (int pieces = 0; pieces < 20 && begin.find("\"topic\":\"inbox\"") == std::string::npos; ++pieces) {
    const std::string piece = read(stream, [] {});
    ASSERT_NE(piece, "END") << begin;
    begin += piece;
  }
  ASSERT_THAT(begin, HasSubstr("\"topic\":\"inbox\""));
  clock_.advance(EventHub::kPace);
  insert(kInbox);
  EXPECT_THAT(read(stream, [] {}), HasSubstr("\"topic\":\"inbox\""));
  hub_.close();
  EXPECT_EQ(read(stream, [] {}), "END");
}

}  // namespace
}  // namespace sesame::console
