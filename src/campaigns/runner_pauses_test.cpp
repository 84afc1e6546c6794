#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "campaigns/runner.hpp"
#include "campaigns/runner_fixture.hpp"
#include "messages/pausing_admission.hpp"

namespace sesame::campaigns {
namespace {

/// Runs while the delivery to a domain, or of an account, is paused.
class PausedDelivery : public RunnerTest {
 protected:
  PausedDelivery() { admission_.begin_look(); }

  Runner runner() {
    return {*database_, ComposeContext{signers_.get(), &clock_}, changes_,
            Runner::Rules{MailFilters({&lists_}), {}, &admission_}};
  }
  void pause(std::string domain, std::int64_t account_id, std::optional<std::int64_t> until_ms = {}) {
    const messages::Pause made{{std::move(domain), account_id}, clock_.now_ms(), until_ms, "why"};
    database_.change(
        [&](storage::Writer& writer) { EXPECT_TRUE(messages::begin_pause(writer, made, clock_.now_ms())); });
  }
  void resume(std::string domain, std::int64_t account_id) {
    database_.change([&](storage::Writer& writer) {
      EXPECT_TRUE(messages::end_pause(writer, {domain, account_id}, clock_.now_ms()));
    });
  }
  /// Ten recipients at each of two domains.
  void start_task() {
    std::vector<std::string> addresses;
    for (int i = 0; i < 20; ++i)
      addresses.push_back("reader" + std::to_string(i) + (i % 2 == 0 ? "@a.test" : "@b.test"));
    upload(addresses);
    start(20, packed_mailing());
  }
  static std::set<std::string> domains_of(const std::vector<messages::Draft>& drafts) {
    std::set<std::string> domains;
    for (const messages::Draft& draft : drafts) domains.emplace(messages::domain_of(draft.to_address));
    return domains;
  }

  messages::PausingAdmission admission_{*database_, changes_, clock_, nullptr};
};

TEST_F(PausedDelivery, holds_the_recipients_of_its_domain_only) {
  start_task();
  pause("a.test", 0);
  Runner mailing = runner();
  const auto first = mailing.take(100);
  EXPECT_EQ(first.size(), 10U);
  EXPECT_EQ(domains_of(first), std::set<std::string>{"b.test"});
  EXPECT_TRUE(mailing.take(100).empty());
  resume("a.test", 0);
  EXPECT_EQ(domains_of(mailing.take(100)), std::set<std::string>{"a.test"});
}

TEST_F(PausedDelivery, is_the_reason_of_recipients_who_are_passed_over) {
  start_task();
  const std::int64_t since_ms = clock_.now_ms();
  pause("a.test", 0);
  Runner mailing = runner();
  EXPECT_TRUE(mailing.passed_over()->empty());
  mailing.take(100);
  ASSERT_EQ(mailing.passed_over()->size(), 1U);
  const PassedOver passed = mailing.passed_over()->begin()->second;
  EXPECT_EQ(passed.count, 10);
  EXPECT_EQ(passed.text, "why");
  EXPECT_EQ(passed.since_ms, since_ms);
  resume("a.test", 0);
  clock_.advance(std::chrono::seconds(2));
  mailing.take(100);
  EXPECT_TRUE(mailing.passed_over()->empty());
}

TEST_F(PausedDelivery, takes_mail_back_that_was_handed_out) {
  start_task();
  Runner mailing = runner();
  std::vector<messages::Draft> drafts = mailing.take(100);
  ASSERT_EQ(drafts.size(), 20U);
  pause("a.test", scope_.account_id);
  std::vector<messages::Draft*> changed;
  std::vector<accounts::MailId> held;
  for (messages::Draft& draft : drafts)
    if (changes_.any_since(draft.judged, draft)) changed.push_back(&draft);
  ASSERT_TRUE(mailing.judge(changed));
  for (const messages::Draft* draft : changed) {
    EXPECT_EQ(draft->permission, messages::Permission::delivery_paused) << draft->to_address;
    held.push_back(draft->id);
  }
  EXPECT_EQ(held.size(), 10U);
  mailing.take_back(held);
  for (int look = 0; look < 3; ++look) EXPECT_TRUE(mailing.take(100).empty());
  resume("a.test", scope_.account_id);
  EXPECT_EQ(mailing.take(100).size(), 10U);
}

TEST_F(PausedDelivery, of_an_account_leaves_its_runs_unread) {
  start_task();
  pause("", scope_.account_id, clock_.now_ms() + 60'000);
  Runner mailing = runner();
  EXPECT_TRUE(mailing.take(100).empty());
  EXPECT_FALSE(mailing.has_more());
  clock_.advance(std::chrono::seconds(60));
  EXPECT_EQ(mailing.take(100).size(), 20U) << "the pause has ended by itself";
}

TEST_F(PausedDelivery, of_an_account_takes_no_place_of_other_runs) {
  start_task();
  for (std::size_t i = 1; i < Runner::kRunsAtOnce + 3; ++i) start(20, packed_mailing());
  pause("", scope_.account_id);
  Runner mailing = runner();
  EXPECT_TRUE(mailing.take(100).empty());
  resume("", scope_.account_id);
  std::set<std::int64_t> runs;
  for (int look = 0; look < 200; ++look) {
    const auto drafts = mailing.take(100);
    for (const messages::Draft& draft : drafts) runs.insert(draft.id.parent_id);
    end(drafts, messages::DeliverStatus::delivered);
  }
  EXPECT_EQ(runs.size(), Runner::kRunsAtOnce + 3) << "those that were not open are found";
}

}  // namespace
}  // namespace sesame::campaigns
