#include "campaigns/daily_quota.hpp"

#include <map>
#include <set>
#include <span>

#include "audience/custom_blocks.hpp"
#include "base/beijing_time.hpp"
#include "campaigns/campaign_fixture.hpp"
#include "campaigns/frequency_filter.hpp"
#include "campaigns/suppression_filter.hpp"
#include "campaigns/task_control.hpp"
#include "campaigns/timetable.hpp"

namespace sesame::campaigns {
namespace {

class DailyQuotaTest : public CampaignTest {
 protected:
  std::int64_t take(const DailyQuota& quota, std::int64_t wanted, const char* domain = "mail.shop.test") {
    return database_.change([&](storage::Writer& writer) {
      return quota.take_some(writer, scope_, domain, wanted, clock_.now_ms());
    });
  }
  Runner::Rules rules(std::int64_t mails) { return {{}, DailyQuota(mails)}; }
  void next_day() {
    clock_.set_ms(DailyQuota::renewed_ms(clock_.now_ms()));
    Timetable(*database_, random_, clock_).look();
  }
};

TEST_F(DailyQuotaTest, is_taken_until_it_is_used_up) {
  const DailyQuota quota(10);
  EXPECT_EQ(take(quota, 7), 7);
  EXPECT_EQ(take(quota, 7), 3);
  EXPECT_EQ(take(quota, 1), 0);
  EXPECT_EQ(take(quota, 1, "other.shop.test"), 1);
  clock_.set_ms(DailyQuota::renewed_ms(clock_.now_ms()));
  EXPECT_EQ(take(quota, 11), 10);
}

TEST_F(DailyQuotaTest, a_refused_request_counts_nothing) {
  const DailyQuota quota(10);
  const auto take_all = [&](std::int64_t wanted) {
    return database_->write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) {
      return quota.take_all(writer, scope_, "mail.shop.test", wanted, clock_.now_ms());
    });
  };
  EXPECT_TRUE(take_all(6));
  const Status refused = take_all(5);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason(), "campaigns.quota_exceeded");
  EXPECT_TRUE(take_all(4));
}

TEST_F(DailyQuotaTest, zero_is_no_limit) { EXPECT_EQ(take(DailyQuota(), 1'000'000), 1'000'000); }

TEST_F(DailyQuotaTest, the_day_begins_at_midnight_in_beijing) {
  EXPECT_EQ(format_beijing_time(DailyQuota::renewed_ms(clock_.now_ms())), "2026-12-02 00:00:00");
}

TEST_F(DailyQuotaTest, a_run_waits_for_the_next_day_and_continues_by_itself) {
  upload(readers(25));
  const std::int64_t id = start(25, packed_mailing());
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_, rules(10));
  std::set<std::string> seen;
  for (const std::size_t expected : {10U, 10U, 5U}) {
    const auto letters = take_all(runner);
    EXPECT_EQ(letters.size(), expected);
    for (const messages::Draft& letter : letters) EXPECT_TRUE(seen.insert(letter.to_address).second);
    record(letters, LedgerState::delivered);
    if (expected == 10U) {
      EXPECT_EQ(task(id).status, TaskStatus::paused);
      EXPECT_FALSE(task(id).held);
    }
    next_day();
    runner.notice();
  }
  EXPECT_EQ(task(id).status, TaskStatus::finished);
}

TEST_F(DailyQuotaTest, is_exact_when_the_program_ends_in_between) {
  upload(readers(30));
  start(30, packed_mailing());
  {
    Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_, rules(20));
    const auto letters = runner.take(12);
    record({letters.begin(), letters.begin() + 4}, LedgerState::delivered);
  }
  // The sixteen counted mails have no outcome: only they are mailed.
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_, rules(20));
  EXPECT_EQ(take_all(runner).size(), 16U);
  EXPECT_EQ(take(DailyQuota(20), 1), 0);
}

TEST_F(DailyQuotaTest, a_counted_recipient_who_is_blocked_meanwhile_is_withheld) {
  upload(readers(10));
  const std::int64_t id = start(10, packed_mailing());
  SuppressionFilter suppression({});
  FrequencyFilter frequency(1, random_);
  const Runner::Rules both{MailFilters({&suppression, &frequency}), DailyQuota(10)};
  {
    Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_, both);
    record(runner.take(4), LedgerState::delivered);
  }
  control(pause_task, id);
  const std::string blocked = "reader7@post.test";
  ASSERT_TRUE(database_.change([&](storage::Writer& writer) {
    return audience::add_custom_blocks(writer, scope_, std::span(&blocked, 1), {}, clock_.now_ms(), 10);
  }));
  control(resume_task, id);
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_, both);
  std::map<std::string, int> statuses;
  for (const messages::Draft& letter : take_all(runner)) statuses[letter.to_address] = letter.send_status;
  ASSERT_EQ(statuses.size(), 6U);
  for (const auto& [address, status] : statuses) EXPECT_EQ(status, address == blocked ? 3020 : 0) << address;
}

TEST_F(DailyQuotaTest, withheld_recipients_do_not_count) {
  upload({"a@post.test", "not an address", "b@post.test", "c@post.test"});
  FrequencyFilter frequency(1, random_);
  start(4, packed_mailing());
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_,
                {MailFilters({&frequency}), DailyQuota(5)});
  EXPECT_EQ(take_all(runner).size(), 3U);
  start(4, packed_mailing());
  runner.notice();
  const auto again = take_all(runner);
  ASSERT_EQ(again.size(), 3U);
  for (const messages::Draft& letter : again) EXPECT_EQ(letter.send_status, 1006);
  EXPECT_EQ(take(DailyQuota(5), 5), 2);
}

TEST_F(DailyQuotaTest, resuming_a_task_checks_the_quota_again) {
  upload(readers(10));
  const std::int64_t id = start(10, packed_mailing());
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_, rules(4));
  EXPECT_EQ(take_all(runner).size(), 4U);
  control(resume_task, id);
  runner.notice();
  EXPECT_TRUE(take_all(runner).empty());
  EXPECT_EQ(task(id).status, TaskStatus::paused);
  control(pause_task, id);
  next_day();
  EXPECT_EQ(task(id).status, TaskStatus::paused);
}

}  // namespace
}  // namespace sesame::campaigns
