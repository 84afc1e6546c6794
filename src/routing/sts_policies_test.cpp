#include "routing/sts_policies.hpp"

#include <gmock/gmock.h>

#include "routing/sts_fetch.hpp"
#include "routing/sts_fixture.hpp"

namespace sesame::routing {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;
using testing::ElementsAre;

class StsPoliciesTest : public StsWorld {};

TEST_F(StsPoliciesTest, a_destination_without_a_record_pays_one_question_for_its_time) {
  EXPECT_EQ(policies->known("shop.test"), std::nullopt);
  EXPECT_EQ(find("shop.test"), "none");
  EXPECT_EQ(policies->known("shop.test"), std::optional(StsPolicyPtr()));
  EXPECT_EQ(find("shop.test"), "none");
  EXPECT_EQ(questions("shop.test"), 1U);
  EXPECT_TRUE(fetches.empty());
  clock.advance(std::chrono::seconds(dns::kDenialTtlS));
  EXPECT_EQ(find("shop.test"), "none");
  EXPECT_EQ(questions("shop.test"), 2U);
}

TEST_F(StsPoliciesTest, a_policy_is_fetched_once_for_an_id) {
  publish("shop.test", "1", policy_text("enforce", {"mx.shop.test"}));
  EXPECT_EQ(find("shop.test"), "enforce 1");
  EXPECT_EQ((*last)->mx, (std::vector<std::string>{"mx.shop.test"}));
  clock.advance(std::chrono::seconds(kTtlS));
  EXPECT_EQ(find("shop.test"), "enforce 1");
  EXPECT_EQ(questions("shop.test"), 2U);
  EXPECT_THAT(fetches, ElementsAre("https://mta-sts.shop.test/.well-known/mta-sts.txt"));
}

TEST_F(StsPoliciesTest, a_new_id_brings_the_new_policy_to_the_mail_that_asks) {
  publish("shop.test", "1", policy_text("enforce", {"mx.shop.test"}));
  find("shop.test");
  publish("shop.test", "2", policy_text("none", {}));
  EXPECT_EQ(find("shop.test"), "enforce 1") << "the record's time has not ended";
  clock.advance(std::chrono::seconds(kTtlS));
  EXPECT_EQ(find("shop.test"), "none 2");
}

TEST_F(StsPoliciesTest, a_policy_outlives_its_record_and_its_host) {
  publish("shop.test", "1", policy_text("enforce", {"mx.shop.test"}, 2 * 86'400));
  find("shop.test");
  withdraw_record("shop.test");
  break_host("shop.test");
  clock.advance(24h);
  EXPECT_EQ(find("shop.test"), "enforce 1");
  resolver.be_down(true);
  clock.advance(23h);
  EXPECT_EQ(find("shop.test"), "enforce 1");
  clock.advance(1h);
  EXPECT_EQ(find("shop.test"), "none") << "its own time has ended";
}

TEST_F(StsPoliciesTest, a_restart_forgets_no_policy) {
  publish("shop.test", "1", policy_text("enforce", {"mx.shop.test"}));
  find("shop.test");
  const StsPolicyRows kept = policies->take_changes();
  EXPECT_EQ(kept.at("shop.test")->policy.id, "1");
  EXPECT_TRUE(policies->take_changes().empty());
  resolver.be_down(true);
  restart(kept);
  EXPECT_EQ(find("shop.test"), "enforce 1");
}

TEST_F(StsPoliciesTest, a_failed_fetch_pauses_for_five_minutes) {
  publish("shop.test", "1", "<html>");
  EXPECT_EQ(find("shop.test"), "none");
  publish("shop.test", "1", policy_text("enforce", {"mx.shop.test"}));
  clock.advance(5min - 1s);
  EXPECT_EQ(find("shop.test"), "none");
  EXPECT_EQ(fetches.size(), 1U);
  clock.advance(1s);
  EXPECT_EQ(find("shop.test"), "enforce 1");
}

TEST_F(StsPoliciesTest, ids_that_change_at_each_look_cause_a_fetch_in_five_minutes) {
  publish("shop.test", "1", policy_text("testing", {"mx.shop.test"}));
  find("shop.test");
  for (int id = 2; id < 12; ++id) {
    publish("shop.test", std::to_string(id), policy_text("testing", {"mx.shop.test"}));
    policies->doubt("shop.test");
    find("shop.test");
    clock.advance(1min);
  }
  EXPECT_EQ(fetches.size(), 2U) << "at 0 and 5 minutes";
}

TEST_F(StsPoliciesTest, a_policy_in_use_is_refreshed_before_it_ends) {
  publish("shop.test", "1", policy_text("enforce", {"mx.shop.test"}));
  find("shop.test");
  const StsPolicyPtr first = *last;
  for (int day = 0; day < 30; ++day) {
    clock.advance(24h);
    hold_fetches = true;
    EXPECT_EQ(find("shop.test"), "enforce 1") << "nobody waits for the fetch";
    ASSERT_EQ(held.size(), 1U) << day;
    hold_fetches = false;
    std::exchange(held, {}).front()({bodies.begin()->second, {}});
  }
  EXPECT_EQ(*last, first) << "the same policy is the same object";
  EXPECT_GT(policies->take_changes().at("shop.test")->expires_ms, clock.now_ms() + 86'400'000);
}

TEST_F(StsPoliciesTest, a_policy_shorter_than_its_record_is_refreshed_too) {
  publish("shop.test", "1", policy_text("enforce", {"mx.shop.test"}, 1200));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(find("shop.test"), "enforce 1") << i;
    clock.advance(5min);
  }
}

TEST_F(StsPoliciesTest, all_who_ask_wait_for_one_look_up) {
  publish("shop.test", "1", policy_text("enforce", {"mx.shop.test"}));
  resolver.hold();
  std::size_t answered = 0;
  for (int i = 0; i < 3; ++i) policies->find("shop.test", [&](const StsPolicyPtr&) { ++answered; });
  hold_fetches = true;
  resolver.release();
  EXPECT_EQ(policies->known("shop.test"), std::nullopt) << "it is on its way";
  policies->find("shop.test", [&](const StsPolicyPtr&) { ++answered; });
  EXPECT_EQ(answered, 0U);
  held.at(0)({bodies.begin()->second, {}});
  EXPECT_EQ(answered, 4U);
  EXPECT_EQ(questions("shop.test"), 1U);
}

TEST_F(StsPoliciesTest, nobody_waits_beyond_the_deadline) {
  publish("shop.test", "1", policy_text("enforce", {"mx.shop.test"}));
  hold_fetches = true;
  EXPECT_EQ(find("shop.test"), "waits");
  clock.advance(options.deadline - 1s);
  policies->expire();
  EXPECT_FALSE(last);
  clock.advance(1s);
  policies->expire();
  EXPECT_EQ(*last, nullptr);
  EXPECT_EQ(find("shop.test"), "none") << "for a minute";
  held.at(0)({bodies.begin()->second, {}});
  EXPECT_EQ(find("shop.test"), "enforce 1") << "a late policy counts from then on";
}

TEST_F(StsPoliciesTest, bounds_hold) {
  options.policies_max = 2;
  options.fetches_max = 1;
  options.waiting_max = 2;
  restart();
  for (const std::string domain : {"a.test", "b.test", "c.test"})
    publish(domain, "1", policy_text("none", {}));
  hold_fetches = true;
  EXPECT_EQ(find("a.test"), "waits");
  EXPECT_EQ(find("b.test"), "waits");
  EXPECT_EQ(find("c.test"), "none") << "too many wait";
  EXPECT_EQ(fetches.size(), 1U) << "one at a time";
  hold_fetches = false;
  held.at(0)({policy_text("none", {}), {}});
  EXPECT_EQ(fetches.size(), 2U);
  EXPECT_EQ(find("c.test"), "none 1");
  const StsPolicyRows changes = policies->take_changes();
  EXPECT_EQ(changes.at("a.test"), std::nullopt) << "the least recently used one left";
  EXPECT_TRUE(changes.at("b.test") && changes.at("c.test"));
}

TEST_F(StsPoliciesTest, the_end_answers_all_who_wait) {
  publish("shop.test", "1", policy_text("enforce", {"mx.shop.test"}));
  resolver.hold();
  EXPECT_EQ(find("shop.test"), "waits");
  policies->stop();
  EXPECT_EQ(*last, nullptr);
  resolver.release();
  EXPECT_TRUE(fetches.empty());
}

TEST_F(StsPoliciesTest, doubt_asks_again_but_not_at_once) {
  publish("shop.test", "1", policy_text("enforce", {"mx.shop.test"}));
  EXPECT_FALSE(policies->doubt("shop.test"));
  find("shop.test");
  EXPECT_FALSE(policies->doubt("shop.test"));
  clock.advance(5min);
  EXPECT_TRUE(policies->doubt("shop.test"));
  find("shop.test");
  EXPECT_EQ(questions("shop.test"), 2U);
}

TEST(StsBody, is_a_plain_text_with_status_200) {
  const auto problem = [](unsigned status, const std::string& type) {
    net::HttpFetched fetched;
    fetched.status = status;
    fetched.content_type = type;
    fetched.body = "body";
    StsFetched body = sts_body(std::move(fetched));
    EXPECT_EQ(body.body.empty(), !body.problem.empty());
    return body.problem;
  };
  EXPECT_EQ(problem(200, "text/plain"), "");
  EXPECT_EQ(problem(200, "Text/Plain; charset=utf-8"), "");
  EXPECT_EQ(problem(301, "text/plain"), "the answer has status 301");
  EXPECT_EQ(problem(404, "text/plain"), "the answer has status 404");
  EXPECT_EQ(problem(200, "text/html"), "the answer is not text/plain");
  EXPECT_EQ(problem(200, ""), "the answer is not text/plain");
  net::HttpFetched none;
  none.problem = "refused";
  EXPECT_EQ(sts_body(none).problem, "refused");
}

}  // namespace
}  // namespace sesame::routing
