#include "delivery/retry.hpp"

#include <gtest/gtest.h>

#include "content/errors.hpp"
#include "delivery/errors.hpp"
#include "storage/errors.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::delivery {
namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kRequested = 1'800'000'000'000;

class Retry : public testing::Test {
 protected:
  DueDraft draft(unsigned attempts = 0, unsigned uncertain = 0) {
    DueDraft made;
    made.to_address = "bob@rcpt.test";
    made.requested_ms = kRequested;
    made.attempts = attempts;
    made.uncertain = uncertain;
    if (attempts > 0) made.first_attempt_ms = kRequested;
    return made;
  }
  messages::Outcome after(const DueDraft& tried, smtp::Verdict verdict, std::int64_t now_ms = kRequested) {
    smtp::Attempt attempt;
    attempt.verdict = verdict;
    attempt.text = "451 4.3.0 later";
    return judge(tried, attempt, policy, now_ms, random);
  }
  messages::Outcome uncomposed(const DueDraft& draft, const Error& why, std::int64_t now_ms = kRequested) {
    return judge_uncomposed(draft, why, policy, now_ms, random);
  }
  RetryPolicy policy;
  testkit::SeededRandom random;
};

TEST_F(Retry, pauses_grow_and_are_spread) {
  const std::int64_t minutes[] = {5, 15, 30, 60, 120, 240, 240, 240};
  for (unsigned attempt = 0; attempt < 8; ++attempt) {
    std::int64_t shortest = INT64_MAX, longest = 0;
    for (int i = 0; i < 200; ++i) {
      const messages::Outcome outcome = after(draft(attempt), smtp::Verdict::deferred);
      ASSERT_EQ(outcome.status, messages::DeliverStatus::deferred);
      ASSERT_EQ(outcome.attempts, attempt + 1);
      shortest = std::min(shortest, outcome.next_attempt_ms - kRequested);
      longest = std::max(longest, outcome.next_attempt_ms - kRequested);
    }
    const double middle = static_cast<double>(minutes[attempt] * kMinute);
    EXPECT_GE(shortest, middle * 0.85 - 1);
    EXPECT_LE(longest, middle * 1.15 + 1);
    EXPECT_GT(longest - shortest, middle * 0.2) << "what failed together comes back together";
  }
}

TEST_F(Retry, mail_that_no_server_was_asked_about_waits_with_its_attempts_as_they_were) {
  smtp::Attempt failure;
  failure.text = "connection refused";
  DueDraft waits = draft();
  const messages::Outcome first = park(waits, failure, policy, kRequested, random);
  EXPECT_EQ(first.status, messages::DeliverStatus::deferred);
  EXPECT_EQ(first.attempts, 0U);
  EXPECT_EQ(first.first_attempt_ms, kRequested) << "from now on it grows old";
  EXPECT_EQ(first.text, "connection refused");
  EXPECT_FALSE(first.attempt);
  EXPECT_NEAR(static_cast<double>(first.next_attempt_ms - kRequested), 5.0 * kMinute, 0.75 * kMinute + 1);
  waits.first_attempt_ms = kRequested;
  waits.attempts = 3;
  std::int64_t now_ms = kRequested;
  int steps = 0;
  messages::Outcome outcome = first;
  while (!outcome.final()) {
    now_ms = outcome.next_attempt_ms;
    outcome = park(waits, failure, policy, now_ms, random);
    EXPECT_EQ(outcome.attempts, 3U);
    ++steps;
  }
  EXPECT_EQ(outcome.status, messages::DeliverStatus::dropped);
  EXPECT_GT(now_ms, kRequested + 66 * kHour);
  EXPECT_LE(now_ms, kRequested + 72 * kHour);
  EXPECT_LT(steps, 40) << "each one writes a row";
}

TEST_F(Retry, ends_before_the_attempt_that_would_come_too_late) {
  const messages::Outcome late = after(draft(9), smtp::Verdict::deferred, kRequested + 71 * kHour);
  EXPECT_EQ(late.status, messages::DeliverStatus::dropped);
  EXPECT_EQ(late.text, "4.4.7 expired: 451 4.3.0 later");
  EXPECT_EQ(late.attempts, 10u);
  EXPECT_EQ(after(draft(9), smtp::Verdict::deferred, kRequested + 60 * kHour).status,
            messages::DeliverStatus::deferred);
}

TEST_F(Retry, age_counts_from_the_first_attempt) {
  const std::int64_t first = kRequested + 500 * kHour;  // The run was long, or the relay unreachable.
  messages::Outcome outcome = after(draft(), smtp::Verdict::deferred, first);
  ASSERT_EQ(outcome.status, messages::DeliverStatus::deferred);
  EXPECT_EQ(outcome.first_attempt_ms, first);
  DueDraft again = draft(1);
  again.first_attempt_ms = first;
  outcome = after(again, smtp::Verdict::deferred, first + 71 * kHour);
  EXPECT_EQ(outcome.status, messages::DeliverStatus::deferred);
  EXPECT_EQ(outcome.first_attempt_ms, first);
  again.attempts = 9;
  EXPECT_EQ(after(again, smtp::Verdict::deferred, first + 71 * kHour).status,
            messages::DeliverStatus::dropped);
}

TEST_F(Retry, a_message_that_was_never_attempted_does_not_expire) {
  EXPECT_FALSE(has_expired(draft(), policy, kRequested + 500 * kHour));
  EXPECT_FALSE(has_expired(draft(1), policy, kRequested + 72 * kHour));
  EXPECT_TRUE(has_expired(draft(1), policy, kRequested + 72 * kHour + 1));
}

TEST_F(Retry, after_no_answer_waits_half_an_hour_and_repeats_twice) {
  for (unsigned before = 0; before < 2; ++before) {
    for (int i = 0; i < 100; ++i) {
      const messages::Outcome outcome = after(draft(before, before), smtp::Verdict::uncertain);
      EXPECT_EQ(outcome.status, messages::DeliverStatus::deferred);
      EXPECT_EQ(outcome.uncertain, before + 1);
      EXPECT_GE(outcome.next_attempt_ms, kRequested + 30 * kMinute);
    }
  }
  const messages::Outcome last = after(draft(2, 2), smtp::Verdict::uncertain);
  EXPECT_EQ(last.status, messages::DeliverStatus::delivered);
  EXPECT_NE(last.text.find("never confirmed"), std::string::npos);
}

TEST_F(Retry, ends_with_the_servers_reply) {
  EXPECT_EQ(after(draft(), smtp::Verdict::delivered).status, messages::DeliverStatus::delivered);
  const messages::Outcome refused = after(draft(), smtp::Verdict::refused);
  EXPECT_EQ(refused.status, messages::DeliverStatus::refused);
  EXPECT_EQ(refused.text, "451 4.3.0 later");
  EXPECT_EQ(refused.next_attempt_ms, 0);
}

TEST_F(Retry, withholds_without_an_attempt) {
  DueDraft suppressed = draft();
  suppressed.permission = messages::Permission::withheld;
  suppressed.send_status = 1007;
  suppressed.because = "not sent: no such mailbox";
  const messages::Outcome outcome = refuse(suppressed, kRequested + 1);
  EXPECT_TRUE(outcome.final());
  EXPECT_EQ(outcome.status, messages::DeliverStatus::dropped);
  EXPECT_EQ(outcome.send_status, 1007);
  EXPECT_EQ(outcome.attempts, 0u);
  EXPECT_EQ(outcome.text, "not sent: no such mailbox");
}

TEST_F(Retry, drops_messages_that_cannot_be_composed_with_the_reason) {
  for (const Error& why : {Error(content::errors::kVariablesMissing).with("names", "name"),
                           Error(content::errors::kNotJson), Error(errors::kContentGone)}) {
    const messages::Outcome dropped = uncomposed(draft(), why);
    EXPECT_EQ(dropped.status, messages::DeliverStatus::dropped) << why.reason();
    EXPECT_EQ(dropped.next_attempt_ms, 0) << why.reason();
  }
  EXPECT_EQ(uncomposed(draft(), Error(content::errors::kVariablesMissing).with("names", "name")).text,
            "content.variables_missing, names: name");
}

TEST_F(Retry, a_database_that_cannot_be_read_defers_for_a_minute_and_counts_no_attempt) {
  for (const ErrorName* name : {&storage::errors::kFailed, &storage::errors::kOverloaded}) {
    const messages::Outcome outcome = uncomposed(draft(), Error(*name));
    EXPECT_EQ(outcome.status, messages::DeliverStatus::deferred);
    EXPECT_EQ(outcome.next_attempt_ms, kRequested + kMinute);
    EXPECT_EQ(outcome.attempts, 0u);
    EXPECT_EQ(outcome.first_attempt_ms, 0);
  }
}

TEST_F(Retry, a_fault_of_ours_is_tried_again_on_the_schedule_until_the_message_expires) {
  for (const ErrorName* name :
       {&storage::errors::kJobFailed, &storage::errors::kCorrupt, &content::errors::kMailingUnreadable}) {
    const Error why(*name);
    const messages::Outcome first = uncomposed(draft(), why);
    EXPECT_EQ(first.status, messages::DeliverStatus::deferred) << name->name();
    EXPECT_EQ(first.text, name->name());
    EXPECT_EQ(first.attempts, 1u);
    EXPECT_EQ(first.first_attempt_ms, kRequested);
    EXPECT_GE(first.next_attempt_ms, kRequested + 4 * kMinute);
    EXPECT_GE(uncomposed(draft(5), why).next_attempt_ms, kRequested + 3 * kHour);
    const messages::Outcome last = uncomposed(draft(9), why, kRequested + 71 * kHour);
    EXPECT_EQ(last.status, messages::DeliverStatus::dropped) << name->name();
    EXPECT_EQ(last.text, "4.4.7 expired: " + std::string(name->name()));
  }
}

TEST_F(Retry, keeps_of_each_attempt_where_it_went_and_how_it_ended) {
  smtp::Attempt attempt;
  attempt.verdict = smtp::Verdict::refused;
  attempt.stage = smtp::Stage::rcpt;
  attempt.code = 550;
  attempt.text = "550 5.1.1 no such user";
  attempt.remote = "mx.rcpt.test:25";
  attempt.address = "192.0.2.7";
  attempt.tls = smtp::TlsLevel::web_pki;
  attempt.took = std::chrono::milliseconds(84);
  const messages::Outcome outcome = judge(draft(1), attempt, policy, kRequested, random);
  ASSERT_TRUE(outcome.attempt);
  EXPECT_EQ(outcome.attempt->host, "mx.rcpt.test[192.0.2.7]:25");
  EXPECT_EQ(outcome.attempt->tls, smtp::TlsLevel::web_pki);
  EXPECT_EQ(outcome.attempt->stage, smtp::Stage::rcpt);
  EXPECT_EQ(outcome.attempt->code, 550u);
  EXPECT_EQ(outcome.attempt->text, "550 5.1.1 no such user");
  EXPECT_EQ(outcome.attempt->ms, 84);
  EXPECT_FALSE(outcome.attempt->plain);
  attempt.remote = "192.0.2.7:2525";
  EXPECT_EQ(judge(draft(), attempt, policy, kRequested, random).attempt->host, "192.0.2.7:2525");
  attempt.address.clear();
  attempt.remote = "mx.rcpt.test:25";
  EXPECT_EQ(judge(draft(), attempt, policy, kRequested, random).attempt->host, "mx.rcpt.test:25");
}

TEST_F(Retry, keeps_no_text_of_a_delivery_at_the_first_try_only) {
  EXPECT_TRUE(after(draft(), smtp::Verdict::delivered).attempt->plain);
  EXPECT_EQ(after(draft(), smtp::Verdict::delivered).attempt->text, "");
  EXPECT_FALSE(after(draft(1), smtp::Verdict::delivered).attempt->plain);
  EXPECT_FALSE(after(draft(), smtp::Verdict::uncertain).attempt->plain);
  const messages::Outcome last = after(draft(9), smtp::Verdict::deferred, kRequested + 71 * kHour);
  ASSERT_EQ(last.status, messages::DeliverStatus::dropped);
  EXPECT_EQ(last.attempt->text, "451 4.3.0 later") << "the attempt before which the message expired";
  EXPECT_FALSE(expire(draft(9), "451 4.3.0 later", 9, kRequested).attempt);
}

}  // namespace
}  // namespace sesame::delivery
