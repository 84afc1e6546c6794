#include "messages/rows.hpp"
#include "messages/statuses.hpp"

#include <gtest/gtest.h>

#include "base/beijing_time.hpp"
#include "messages/due_fixture.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::messages {
namespace {

constexpr std::int64_t kNow = 1'800'000'000'000;

class Messages : public testing::Test {
 protected:
  NewMessage message(std::uint32_t ordinal, std::string to) {
    return {{{1, accounts::MailId::Kind::send, 7, ordinal},
             {1, "ap-guangzhou"},
             "id-7",
             "a@sender.test",
             std::move(to),
             kNow}};
  }
  Outcome outcome(std::uint32_t ordinal, DeliverStatus status) {
    Outcome made;
    made.id = {1, accounts::MailId::Kind::run, 3, ordinal};
    made.scope = {1, "ap-guangzhou"};
    made.message_id = "run-" + std::to_string(ordinal);
    made.from_address = "a@sender.test";
    made.to_address = "user" + std::to_string(ordinal) + "@rcpt.test";
    made.requested_ms = kNow;
    made.status = status;
    made.text = "250 ok";
    made.happened_ms = kNow + 5;
    made.attempts = 1;
    made.first_attempt_ms = kNow + 5;
    if (status == DeliverStatus::deferred) made.next_attempt_ms = kNow + 1000;
    return made;
  }
  void enqueue_all(std::vector<NewMessage> messages) {
    database.change([&](storage::Writer& writer) { enqueue(writer, messages); });
  }
  void record(std::vector<Outcome> outcomes) {
    database.change([&](storage::Writer& writer) { record_outcomes(writer, outcomes); });
  }
  std::vector<DueMessage> due(std::int64_t now_ms) {
    return database.look([&](storage::Reader& reader) { return due_rows(reader, now_ms); });
  }
  std::vector<MessageStatus> find(StatusQuery query) {
    query.scope = {1, "ap-guangzhou"};
    if (query.request_day == 0) query.request_day = beijing_day(kNow);
    return database.look([&](storage::Reader& reader) { return find_statuses(reader, query); });
  }
  testkit::TempDatabase database;
};

TEST_F(Messages, of_a_send_are_due_at_once_and_gone_when_delivered) {
  enqueue_all({message(0, "bob@rcpt.test"), message(1, "eve@rcpt.test")});
  std::vector<DueMessage> found = due(kNow);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1].to_address, "eve@rcpt.test");
  EXPECT_EQ(found[1].id, (accounts::MailId{1, accounts::MailId::Kind::send, 7, 1}));
  EXPECT_EQ(found[1].first_attempt_ms, 0);
  Outcome done = outcome(1, DeliverStatus::delivered);
  done.row_id = found[1].row_id;
  record({done});
  EXPECT_EQ(due(kNow + 1'000'000).size(), 1u);
  const auto status = find({});
  ASSERT_EQ(status.size(), 2u);
  EXPECT_EQ(status[0].deliver_status, DeliverStatus::waiting);
  EXPECT_EQ(status[1].deliver_status, DeliverStatus::delivered);
  EXPECT_EQ(status[1].delivered_ms, kNow + 5);
}

TEST_F(Messages, that_are_withheld_are_never_due_and_show_the_reason) {
  NewMessage suppressed = message(0, "bob@rcpt.test");
  suppressed.send_status = 1007;
  suppressed.withheld_because = "not sent: no such mailbox";
  enqueue_all({suppressed, message(1, "eve@rcpt.test")});
  EXPECT_EQ(due(kNow).size(), 1u);
  Outcome blocked = outcome(0, DeliverStatus::dropped);
  blocked.send_status = 3020;
  record({blocked});
  const auto status = find({});
  ASSERT_EQ(status.size(), 3u);
  EXPECT_EQ(status[0].send_status, 1007);
  EXPECT_EQ(status[0].deliver_status, DeliverStatus::dropped);
  EXPECT_EQ(status[0].deliver_text, "not sent: no such mailbox");
  EXPECT_EQ(status[1].send_status, 0);
  EXPECT_EQ(status[2].send_status, 3020);
}

TEST_F(Messages, of_a_run_get_their_row_with_the_first_outcome) {
  record({outcome(0, DeliverStatus::delivered), outcome(1, DeliverStatus::deferred)});
  EXPECT_TRUE(due(kNow).empty());
  const auto found = due(kNow + 1000);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].id.ordinal, 1u);
  EXPECT_EQ(found[0].attempts, 1u);
  EXPECT_EQ(found[0].last_text, "250 ok");
  EXPECT_EQ(found[0].first_attempt_ms, kNow + 5);
}

TEST_F(Messages, report_their_former_status_and_never_leave_a_final_one) {
  const auto recorded = [&](Outcome one) {
    return database.change([&](storage::Writer& writer) {
      std::vector<Outcome> outcomes = {one};
      record_outcomes(writer, outcomes);
      return outcomes[0].before;
    });
  };
  EXPECT_FALSE(recorded(outcome(0, DeliverStatus::deferred)));
  EXPECT_EQ(recorded(outcome(0, DeliverStatus::deferred)), DeliverStatus::deferred);
  Outcome last = outcome(0, DeliverStatus::delivered);
  last.row_id = due(kNow + 1000).at(0).row_id;
  EXPECT_EQ(recorded(last), DeliverStatus::deferred);
  EXPECT_EQ(recorded(last), DeliverStatus::delivered);
  EXPECT_EQ(recorded(outcome(0, DeliverStatus::refused)), DeliverStatus::delivered);
  ASSERT_EQ(find({}).size(), 1u);
  EXPECT_EQ(find({})[0].deliver_status, DeliverStatus::delivered);

  enqueue_all({message(0, "bob@rcpt.test")});
  Outcome sent = outcome(0, DeliverStatus::refused);
  sent.id = {1, accounts::MailId::Kind::send, 7, 0};
  sent.row_id = due(kNow).at(0).row_id;
  EXPECT_EQ(recorded(sent), DeliverStatus::waiting);
}

TEST_F(Messages, of_a_send_keep_the_time_of_their_first_attempt) {
  enqueue_all({message(0, "bob@rcpt.test")});
  Outcome later = outcome(0, DeliverStatus::deferred);
  later.row_id = due(kNow).at(0).row_id;
  record({later});
  EXPECT_EQ(due(kNow + 1000).at(0).first_attempt_ms, kNow + 5);
}

TEST_F(Messages, are_found_by_day_id_and_address) {
  enqueue_all({message(0, "Bob@rcpt.test"), message(1, "eve@rcpt.test")});
  record({outcome(0, DeliverStatus::delivered), outcome(1, DeliverStatus::refused)});
  EXPECT_EQ(find({}).size(), 4u);
  EXPECT_EQ(find({.message_id = "id-7"}).size(), 2u);
  EXPECT_EQ(find({.message_id = "id-7", .to_address = "bob@RCPT.test"}).size(), 1u);
  EXPECT_EQ(find({.message_id = "run-1"}).size(), 1u);
  EXPECT_EQ(find({.to_address = "user0@rcpt.test"}).size(), 1u);
  EXPECT_EQ(find({.offset = 3, .limit = 100}).size(), 1u);
  EXPECT_EQ(find({.limit = 2}).size(), 2u);
  EXPECT_TRUE(find({.request_day = beijing_day(kNow) + 1}).empty());
  EXPECT_TRUE(find({.request_day = beijing_day(kNow) + 1, .message_id = "id-7"}).empty());
}

TEST_F(Messages, of_other_scopes_are_not_read) {
  enqueue_all({message(0, "bob@rcpt.test")});
  StatusQuery query;
  query.request_day = beijing_day(kNow);
  for (const accounts::Scope& scope :
       {accounts::Scope{2, "ap-guangzhou"}, accounts::Scope{1, "ap-hongkong"}}) {
    query.scope = scope;
    EXPECT_TRUE(database.look([&](storage::Reader& reader) { return find_statuses(reader, query); }).empty());
  }
}

}  // namespace
}  // namespace sesame::messages
