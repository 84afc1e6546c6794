#include "delivery/chaos.hpp"

#include <gtest/gtest.h>

#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::delivery {
namespace {

class ChaosTest : public testing::Test {
 protected:
  static ChaosFault fault(smtp::Stage stage, unsigned code, unsigned percent = 100) {
    ChaosFault one;
    one.stage = stage;
    one.code = code;
    one.percent = percent;
    return one;
  }
  void choose(std::vector<ChaosFault> faults, std::chrono::minutes time = kChaosTimeMax) {
    ChaosRules rules;
    rules.faults = std::move(faults);
    chaos_.set(1, std::move(rules), time);
  }

  testkit::ManualClock clock_;
  testkit::SeededRandom random_;
  Chaos chaos_{clock_, random_};
};

TEST_F(ChaosTest, answers_for_the_account_that_asked_only) {
  EXPECT_FALSE(chaos_.answer_mail(1));
  EXPECT_FALSE(chaos_.find(1));
  choose({fault(smtp::Stage::rcpt, 550)});
  ASSERT_TRUE(chaos_.answer_mail(1));
  EXPECT_EQ(chaos_.answer_mail(1)->attempt->text, "550 5.1.1 no such user [chaos]");
  EXPECT_FALSE(chaos_.answer_mail(2));
  EXPECT_FALSE(chaos_.answer_call(1)) << "mail only";
  choose({});
  EXPECT_FALSE(chaos_.answer_mail(1));
}

TEST_F(ChaosTest, ends_after_its_time_and_after_an_hour_at_the_latest) {
  choose({fault(smtp::Stage::rcpt, 550)}, std::chrono::minutes(5));
  EXPECT_EQ(chaos_.find(1)->ends_ms, clock_.now_ms() + 5 * 60'000);
  clock_.advance(std::chrono::minutes(5));
  EXPECT_FALSE(chaos_.find(1));
  EXPECT_FALSE(chaos_.answer_mail(1));
  choose({fault(smtp::Stage::rcpt, 550)}, std::chrono::minutes(500));
  clock_.advance(std::chrono::minutes(59));
  EXPECT_TRUE(chaos_.answer_mail(1));
  clock_.advance(std::chrono::minutes(1));
  EXPECT_FALSE(chaos_.answer_mail(1));
}

TEST_F(ChaosTest, strikes_at_the_first_stage_of_the_dialogue_that_fails) {
  ChaosFault slow = fault(smtp::Stage::ehlo, 0);
  slow.delay = std::chrono::milliseconds(700);
  ChaosFault later = fault(smtp::Stage::data, 451);
  later.delay = std::chrono::milliseconds(5);
  choose({later, fault(smtp::Stage::mail, 450), slow});
  const auto answer = chaos_.answer_mail(1);
  ASSERT_TRUE(answer && answer->attempt);
  EXPECT_EQ(answer->attempt->stage, smtp::Stage::mail);
  EXPECT_EQ(answer->delay, slow.delay);
}

TEST_F(ChaosTest, delays_a_dialogue_without_spoiling_it_and_for_a_bounded_time) {
  ChaosFault slow = fault(smtp::Stage::rcpt, 0);
  slow.delay = kChaosDelayMax;
  choose({slow, slow});
  const auto answer = chaos_.answer_mail(1);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->attempt);
  EXPECT_EQ(answer->delay, kChaosDelayMax);
}

TEST_F(ChaosTest, strikes_as_often_as_it_was_asked_to) {
  choose({fault(smtp::Stage::rcpt, 450, 30)});
  int struck = 0;
  for (int i = 0; i < 2'000; ++i) struck += chaos_.answer_mail(1)->attempt ? 1 : 0;
  EXPECT_GT(struck, 500);
  EXPECT_LT(struck, 700);
}

TEST_F(ChaosTest, refuses_calls_with_the_chosen_code) {
  ChaosRules rules;
  rules.call_code = "RequestLimitExceeded";
  rules.call_percent = 100;
  chaos_.set(1, rules, kChaosTimeMax);
  EXPECT_EQ(chaos_.answer_call(1), "RequestLimitExceeded");
  EXPECT_FALSE(chaos_.answer_call(2));
  EXPECT_FALSE(chaos_.answer_mail(1)) << "calls only";
}

TEST(ChaosAttempt, is_judged_as_one_at_a_real_server) {
  const auto verdict = [](smtp::Stage stage, unsigned code) {
    ChaosFault fault;
    fault.stage = stage;
    fault.code = code;
    const smtp::Attempt attempt = faulty_attempt(fault);
    EXPECT_TRUE(attempt.simulated);
    EXPECT_EQ(attempt.code, code);
    return attempt.verdict;
  };
  EXPECT_EQ(verdict(smtp::Stage::rcpt, 450), smtp::Verdict::deferred);
  EXPECT_EQ(verdict(smtp::Stage::rcpt, 550), smtp::Verdict::refused);
  EXPECT_EQ(verdict(smtp::Stage::data, 554), smtp::Verdict::refused);
  EXPECT_EQ(verdict(smtp::Stage::mail, 503), smtp::Verdict::deferred);
  EXPECT_EQ(verdict(smtp::Stage::mail, 535), smtp::Verdict::deferred);
  EXPECT_EQ(verdict(smtp::Stage::connect, 554), smtp::Verdict::deferred) << "about the server, not the mail";
  ChaosFault closes;
  closes.stage = smtp::Stage::data;
  closes.code = 554;
  closes.closes = true;
  EXPECT_EQ(faulty_attempt(closes).verdict, smtp::Verdict::deferred);
  EXPECT_EQ(faulty_attempt(closes).text, "4.4.2 the connection was closed (data) [chaos]");
  ChaosFault words;
  words.code = 550;
  words.words = "5.7.1 not you";
  EXPECT_EQ(faulty_attempt(words).text, "550 5.7.1 not you [chaos]");
}

}  // namespace
}  // namespace sesame::delivery
