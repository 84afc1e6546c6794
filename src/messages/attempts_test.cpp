#include "messages/attempts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "messages/marks.hpp"
#include "messages/retention.hpp"
#include "messages/rows.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::messages {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

constexpr std::int64_t kNow = 1'800'000'000'000;
constexpr std::int64_t kMinute = 60'000;
constexpr storage::Sql kRows{"test.attempts", "SELECT count(*) FROM attempt"};
constexpr storage::Sql kHosts{"test.hosts", "SELECT count(*) FROM delivery_host"};

class Attempts : public testing::Test {
 protected:
  /// The outcome of attempt `number` at the only mail of a run.
  static Outcome outcome(unsigned number, DeliverStatus status, std::string text) {
    Outcome made;
    made.id = {1, accounts::MailId::Kind::run, 3, 0};
    made.scope = {1, "ap-guangzhou"};
    made.message_id = "run-0";
    made.from_address = "a@sender.test";
    made.to_address = "bob@rcpt.test";
    made.requested_ms = kNow;
    made.status = status;
    made.text = text;
    made.attempts = number;
    made.first_attempt_ms = kNow;
    made.happened_ms = kNow + (number - 1) * kMinute;
    if (status == DeliverStatus::deferred) made.next_attempt_ms = made.happened_ms + kMinute;
    made.attempt.emplace();
    made.attempt->host = "mx.rcpt.test[192.0.2.7]:25";
    made.attempt->tls = smtp::TlsLevel::opportunistic;
    made.attempt->stage = status == DeliverStatus::delivered ? smtp::Stage::dot : smtp::Stage::rcpt;
    made.attempt->code = static_cast<unsigned>(std::stoul(text.substr(0, 3)));
    made.attempt->ms = 71;
    made.attempt->plain = number == 1 && status == DeliverStatus::delivered;
    if (!made.attempt->plain) made.attempt->text = std::move(text);
    return made;
  }
  void record(Outcome one) {
    one.row_id = row_id_;
    database.change([&](storage::Writer& writer) {
      record_outcomes(writer, std::span(&one, 1));
      row_id_ = find_message(writer, one.id)->row_id;
    });
  }
  std::vector<KeptAttempt> kept() {
    return database.look([&](storage::Reader& reader) { return list_attempts(reader, row_id_); });
  }
  std::int64_t count(const storage::Sql& sql) {
    return database.look([&](storage::Reader& reader) {
      const auto row = reader.query(sql);
      return row->next() ? row->next_integer() : -1;
    });
  }
  testkit::TempDatabase database;
  std::int64_t row_id_ = 0;
};

TEST_F(Attempts, delivered_at_once_are_told_by_the_row_of_their_message_alone) {
  record(outcome(1, DeliverStatus::delivered, "250 2.0.0 taken"));
  EXPECT_EQ(count(kRows), 0);
  ASSERT_EQ(kept().size(), 1u);
  const KeptAttempt only = kept()[0];
  EXPECT_EQ(only.number, 1u);
  EXPECT_EQ(only.at_ms, kNow);
  EXPECT_EQ(only.host, "mx.rcpt.test[192.0.2.7]:25");
  EXPECT_EQ(only.tls, smtp::TlsLevel::opportunistic);
  EXPECT_EQ(only.code, 250u);
  EXPECT_EQ(only.text, "250 2.0.0 taken");
  EXPECT_FALSE(only.ms);
  EXPECT_EQ(only.result, AttemptResult::delivered);
}

TEST_F(Attempts, of_a_mail_that_was_deferred_have_rows_up_to_the_one_that_delivered) {
  record(outcome(1, DeliverStatus::deferred, "451 4.7.1 greylisted"));
  EXPECT_THAT(kept(), ElementsAre(Field(&KeptAttempt::result, AttemptResult::deferred)));
  record(outcome(2, DeliverStatus::delivered, "250 2.0.0 taken"));
  ASSERT_EQ(kept().size(), 2u);
  const KeptAttempt first = kept()[0];
  EXPECT_EQ(first.text, "451 4.7.1 greylisted");
  EXPECT_EQ(first.stage, smtp::Stage::rcpt);
  EXPECT_EQ(first.ms, 71);
  EXPECT_EQ(first.result, AttemptResult::deferred);
  EXPECT_EQ(kept()[1].number, 2u);
  EXPECT_EQ(kept()[1].at_ms, kNow + kMinute);
  EXPECT_EQ(kept()[1].result, AttemptResult::delivered);
}

TEST_F(Attempts, that_were_refused_stay_apart_from_those_tried_again_after_the_same_code) {
  record(outcome(1, DeliverStatus::deferred, "530 5.7.0 log in first"));
  record(outcome(2, DeliverStatus::refused, "550 5.1.1 no such user"));
  EXPECT_THAT(kept(), ElementsAre(Field(&KeptAttempt::result, AttemptResult::deferred),
                                  Field(&KeptAttempt::result, AttemptResult::refused)));
}

TEST_F(Attempts, without_a_final_answer_are_uncertain_even_when_taken_for_delivered) {
  Outcome lost = outcome(1, DeliverStatus::deferred, "000 no answer in time");
  lost.attempt->stage = smtp::Stage::dot;
  record(lost);
  Outcome last = outcome(2, DeliverStatus::delivered, "000 no answer in time");
  record(last);
  EXPECT_THAT(kept(), ElementsAre(Field(&KeptAttempt::result, AttemptResult::uncertain),
                                  Field(&KeptAttempt::result, AttemptResult::uncertain)));
}

TEST_F(Attempts, stay_deliveries_when_the_mail_comes_back) {
  record(outcome(1, DeliverStatus::delivered, "250 2.0.0 taken"));
  database.change([&](storage::Writer& writer) { set_returned(writer, row_id_, "550 5.1.1 unknown"); });
  ASSERT_EQ(kept().size(), 1u);
  EXPECT_EQ(kept()[0].result, AttemptResult::delivered);
  EXPECT_EQ(kept()[0].text, "") << "the reply is no longer known";
}

TEST_F(Attempts, are_not_made_by_outcomes_without_one) {
  record(outcome(1, DeliverStatus::deferred, "451 4.7.1 greylisted"));
  Outcome expired = outcome(1, DeliverStatus::dropped, "447 expired");
  expired.attempt.reset();
  record(expired);
  ASSERT_EQ(kept().size(), 1u);
  EXPECT_EQ(kept()[0].result, AttemptResult::deferred);
  const auto tls = database.look([&](storage::Reader& reader) {
    const auto row = reader.query({"test.tls", "SELECT tls FROM message WHERE id = ?1"}, row_id_);
    return row->next() ? row->next_integer() : -1;
  });
  EXPECT_EQ(tls, 2) << "the columns are still those of the last attempt";
}

TEST_F(Attempts, are_not_added_to_a_mail_that_has_ended) {
  record(outcome(1, DeliverStatus::refused, "550 5.1.1 no such user"));
  record(outcome(2, DeliverStatus::deferred, "451 4.7.1 greylisted"));
  EXPECT_EQ(kept().size(), 1u);
}

TEST_F(Attempts, replace_one_of_the_same_number_whose_successor_was_lost) {
  record(outcome(1, DeliverStatus::deferred, "451 4.7.1 greylisted"));
  row_id_ = 0;  // The run hands the mail out again.
  record(outcome(1, DeliverStatus::deferred, "452 4.3.1 disk full"));
  EXPECT_THAT(kept(), ElementsAre(Field(&KeptAttempt::text, "452 4.3.1 disk full")));
}

TEST_F(Attempts, beyond_the_bound_keep_the_first_and_the_newest) {
  constexpr unsigned kMade = 100;
  for (unsigned number = 1; number <= kMade; ++number)
    record(outcome(number, DeliverStatus::deferred, "451 4.7.1 greylisted"));
  const std::vector<KeptAttempt> all = kept();
  ASSERT_EQ(all.size(), kFirstAttemptsKept + kNewestAttemptsKept);
  EXPECT_EQ(all[kFirstAttemptsKept - 1].number, kFirstAttemptsKept);
  EXPECT_EQ(all[kFirstAttemptsKept].number, kMade - kNewestAttemptsKept + 1);
  EXPECT_EQ(all.back().number, kMade);
}

TEST_F(Attempts, share_the_row_of_their_host) {
  record(outcome(1, DeliverStatus::deferred, "451 4.7.1 greylisted"));
  record(outcome(2, DeliverStatus::deferred, "451 4.7.1 greylisted"));
  EXPECT_EQ(count(kHosts), 1);
  Outcome unasked = outcome(3, DeliverStatus::deferred, "451 4.7.1 greylisted");
  unasked.attempt->host.clear();
  record(unasked);
  EXPECT_EQ(count(kHosts), 1);
  EXPECT_EQ(kept()[2].host, "");
}

TEST_F(Attempts, expire_with_their_message) {
  record(outcome(1, DeliverStatus::deferred, "451 4.7.1 greylisted"));
  record(outcome(2, DeliverStatus::refused, "550 5.1.1 no such user"));
  constexpr std::int64_t kDay = 24 * 60 * kMinute;
  const auto expire = [&](std::int64_t before_ms) {
    return database.change([&](storage::Writer& writer) {
      return delete_expired_messages(writer, {before_ms, before_ms}, 100);
    });
  };
  EXPECT_EQ(expire(kNow - kDay), 0);
  EXPECT_EQ(count(kRows), 2);
  EXPECT_EQ(expire(kNow + 2 * kDay), 1);
  EXPECT_EQ(count(kRows), 0);
  EXPECT_THAT(kept(), IsEmpty());
}

}  // namespace
}  // namespace sesame::messages
