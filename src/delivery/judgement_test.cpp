#include "delivery/judgement.hpp"

#include <gtest/gtest.h>

#include <array>

namespace sesame::delivery {
namespace {

using namespace std::chrono_literals;
using bounces::Scope;
using bounces::Signal;
using smtp::Verdict;

constexpr std::array<std::chrono::seconds, 2> kGreylistRetry{6min, 15min};

class Judging : public testing::Test {
 protected:
  Judgement judge(Verdict verdict, Signal signal, Scope scope = Scope::path) {
    smtp::Attempt attempt;
    attempt.verdict = verdict;
    meaning.signal = signal;
    meaning.scope = scope;
    return judge_reply(attempt, meaning, kGreylistRetry, attempts_before, held_for);
  }
  bounces::Meaning meaning;
  unsigned attempts_before = 0;
  std::optional<std::chrono::milliseconds> held_for;
};

TEST_F(Judging, mail_that_is_refused_for_the_pace_is_wanted_later) {
  for (const Signal signal :
       {Signal::rate, Signal::blocked, Signal::connection_limit, Signal::session_limit}) {
    const Judgement judged = judge(Verdict::refused, signal);
    EXPECT_EQ(judged.verdict, Verdict::deferred);
    EXPECT_EQ(judged.retry_in, 2min);
  }
}

TEST_F(Judging, mail_that_is_refused_itself_stays_refused) {
  for (const Signal signal :
       {Signal::unknown_user, Signal::moved, Signal::content, Signal::auth, Signal::too_big, Signal::other}) {
    const Judgement judged = judge(Verdict::refused, signal, Scope::message);
    EXPECT_EQ(judged.verdict, Verdict::refused);
    EXPECT_EQ(judged.retry_in, std::nullopt);
  }
}

TEST_F(Judging, waits_for_as_long_as_the_trouble_lasts) {
  EXPECT_EQ(judge(Verdict::deferred, Signal::rate, Scope::recipient).retry_in, 90min);
  EXPECT_EQ(judge(Verdict::deferred, Signal::rate, Scope::sender_domain).retry_in, 30min);
  held_for = 4h;
  EXPECT_EQ(judge(Verdict::refused, Signal::blocked).retry_in, 4h);
  EXPECT_EQ(judge(Verdict::deferred, Signal::server_error).retry_in, 4h) << "nothing is sent before";
}

TEST_F(Judging, waits_as_the_server_asks) {
  meaning.retry_after = 300s;
  EXPECT_EQ(judge(Verdict::deferred, Signal::rate).retry_in, 5min);
  EXPECT_EQ(judge(Verdict::deferred, Signal::server_error, Scope::message).retry_in, 5min);
}

TEST_F(Judging, mail_that_is_refused_for_the_pace_again_waits_longer) {
  for (const auto expected : {2min, 4min, 8min}) {
    EXPECT_EQ(judge(Verdict::deferred, Signal::rate).retry_in, expected);
    ++attempts_before;
  }
  attempts_before = 30;
  EXPECT_EQ(judge(Verdict::deferred, Signal::rate).retry_in, 60min);
}

TEST_F(Judging, a_final_reply_that_a_general_rule_takes_for_pace_stands_in_the_end) {
  attempts_before = 3;
  EXPECT_EQ(judge(Verdict::refused, Signal::blocked).verdict, Verdict::refused);
  held_for = 1h;
  EXPECT_EQ(judge(Verdict::refused, Signal::blocked).verdict, Verdict::deferred) << "others are refused, too";
  held_for.reset();
  meaning.provider = "qq";
  EXPECT_EQ(judge(Verdict::refused, Signal::blocked).verdict, Verdict::deferred) << "its own rule says so";
}

TEST_F(Judging, a_hold_about_the_mail_alone_is_its_pause) {
  meaning.hold.steps = {{1h}, {2h}};
  EXPECT_EQ(judge(Verdict::deferred, Signal::rate, Scope::recipient).retry_in, 1h);
  EXPECT_EQ(judge(Verdict::deferred, Signal::content, Scope::message).retry_in, 1h);
  attempts_before = 5;
  EXPECT_EQ(judge(Verdict::deferred, Signal::rate, Scope::recipient).retry_in, 2h);
}

TEST_F(Judging, greylisted_mail_comes_back_soon_and_then_later) {
  for (const auto expected : {6min, 15min}) {
    EXPECT_EQ(judge(Verdict::deferred, Signal::greylisted).retry_in, expected);
    ++attempts_before;
  }
  EXPECT_EQ(judge(Verdict::deferred, Signal::greylisted).retry_in, std::nullopt) << "then by the schedule";
}

TEST_F(Judging, a_server_that_does_not_understand_is_asked_once_more) {
  const Judgement first = judge(Verdict::refused, Signal::protocol, Scope::message);
  EXPECT_EQ(first.verdict, Verdict::deferred);
  EXPECT_EQ(first.retry_in, 5min);
  attempts_before = 1;
  EXPECT_EQ(judge(Verdict::refused, Signal::protocol, Scope::message).verdict, Verdict::refused);
}

TEST_F(Judging, other_deferrals_follow_the_schedule) {
  EXPECT_EQ(judge(Verdict::deferred, Signal::server_error, Scope::message).retry_in, std::nullopt);
  EXPECT_EQ(judge(Verdict::deferred, Signal::mailbox_full, Scope::recipient).retry_in, std::nullopt);
}

TEST_F(Judging, what_is_not_confirmed_is_not_judged_by_words) {
  const Judgement judged = judge(Verdict::uncertain, Signal::rate);
  EXPECT_EQ(judged.verdict, Verdict::uncertain);
  EXPECT_EQ(judged.retry_in, std::nullopt);
}

TEST(ReplyOf, names_the_command_that_was_answered) {
  const std::array<std::pair<smtp::Stage, const char*>, 6> cases{{{smtp::Stage::greeting, "CONN"},
                                                                  {smtp::Stage::ehlo, "HELO"},
                                                                  {smtp::Stage::mail, "MAIL"},
                                                                  {smtp::Stage::rcpt, "RCPT"},
                                                                  {smtp::Stage::data, "DATA"},
                                                                  {smtp::Stage::dot, "DATA"}}};
  for (const auto& [stage, command] : cases) {
    smtp::Attempt attempt;
    attempt.stage = stage;
    EXPECT_EQ(reply_of(attempt, "mx.example.test").command, command);
  }
}

}  // namespace
}  // namespace sesame::delivery
