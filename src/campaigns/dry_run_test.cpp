#include "campaigns/dry_run.hpp"

#include <gmock/gmock.h>

#include <map>

#include "audience/custom_blocks.hpp"
#include "audience/unsubscribes.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/frequency_filter.hpp"
#include "campaigns/runner_fixture.hpp"
#include "content/errors.hpp"
#include "senders/errors.hpp"

namespace sesame::campaigns {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class DryRunTest : public RunnerTest {
 protected:
  DryRun rehearse(const TaskOrder& order, std::uint32_t slice = 1'000'000, std::int64_t quota = 0) {
    DryRunReading reading(std::make_shared<const TaskOrder>(order), {filters_, DailyQuota(quota), {}});
    slices_ = 0;
    do {
      const Status advanced = advance(reading, slice);
      EXPECT_TRUE(advanced);
      if (!advanced) break;
      ++slices_;
    } while (!reading.so_far().complete);
    return reading.so_far();
  }
  Status advance(DryRunReading& reading, std::uint32_t most) {
    return database_->read_and_wait(
        [&](storage::Reader& reader) { return reading.advance(reader, most, clock_.now_ms()); });
  }
  static std::vector<std::string> faults_of(const DryRun& run) {
    std::vector<std::string> names;
    for (const Error& fault : run.order->faults) names.emplace_back(fault.reason());
    return names;
  }
  void upload_with_data(const std::vector<std::pair<std::string, std::string>>& rows) {
    std::vector<audience::RowWithData> views;
    for (const auto& [address, data] : rows) views.push_back({address, data});
    auto prepared = audience::prepare_upload(uploads_->rules(), views, 1);
    ASSERT_TRUE(prepared);
    ASSERT_TRUE(database_.change(
        [&](storage::Writer& writer) { return uploads_->accept(writer, scope_, group_id_, *prepared); }));
    audience::Merger merger(*database_, *uploads_);
    merger.wake();
    ASSERT_TRUE(merger.wait_until_idle());
  }
  void fill_lists() {
    database_.change([&](storage::Writer& writer) {
      const audience::NewHardBounce bounces[] = {
          {scope_, "reader1@post.test", "550 no", clock_.now_ms(), true}};
      audience::record_hard_bounces(writer, bounces, {}, clock_.now_ms());
      const std::string blocked[] = {"reader2@post.test", "READER3@post.test"};
      EXPECT_TRUE(audience::add_custom_blocks(writer, scope_, blocked, {}, clock_.now_ms()));
      for (const char* address : {"reader4@post.test", "reader5@post.test", "reader6@post.test"}) {
        audience::add_unsubscribe(writer, {scope_, "mail.shop.test", address,
                                           audience::UnsubscribeReason::unsubscribed, clock_.now_ms()});
      }
      audience::add_unsubscribe(writer, {scope_, "other.test", "reader7@post.test",
                                         audience::UnsubscribeReason::unsubscribed, clock_.now_ms()});
    });
    const std::string_view often[] = {"reader8@post.test"};
    database_.look([&](storage::Reader& reader) {
      for (int i = 0; i < kMailsAnHour; ++i)
        filters_.judge(reader, {scope_, "mail.shop.test"}, often, clock_.now_ms());
    });
  }

  int slices_ = 0;  // In the last rehearse().
  static constexpr int kMailsAnHour = 2;
  FrequencyFilter frequency_{kMailsAnHour, random_};
  const MailFilters filters_{{&lists_, &frequency_}};
};

TEST_F(DryRunTest, comes_to_the_numbers_of_the_run_that_follows) {
  std::vector<std::string> addresses = readers(5'000);
  addresses.push_back("malformed");
  addresses.push_back("two@@post.test");
  upload(addresses);
  fill_lists();
  const DryRun rehearsal = rehearse(order());
  EXPECT_THAT(faults_of(rehearsal), IsEmpty());
  EXPECT_EQ(rehearse(order()).counts.mailed, rehearsal.counts.mailed);  // Nothing was counted.

  const std::int64_t id = *database_.change([&](storage::Writer& writer) -> Result<std::int64_t> {
    const auto run = prepare_run(writer, order(), clock_.now_ms());
    if (!run) return run.error();
    return start_task(writer, random_, run->task, run->blocks);
  });
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_, {filters_, {}});
  std::map<int, std::uint64_t> by_reason;
  std::vector<messages::Draft> granted;
  for (messages::Draft& draft : take_all(runner)) {
    ++by_reason[draft.send_status];
    if (draft.send_status == 0) granted.push_back(std::move(draft));
  }
  const DryRunCounts& counts = rehearsal.counts;
  EXPECT_EQ(counts.mailed, by_reason[0]);
  EXPECT_EQ(counts.bounced, by_reason[1007]);
  EXPECT_EQ(counts.blocked, by_reason[3020]);
  EXPECT_EQ(counts.unsubscribed, by_reason[1013]);
  EXPECT_EQ(counts.too_frequent, by_reason[1006]);
  EXPECT_EQ(counts.malformed, static_cast<std::uint64_t>(task(id).skipped));
  EXPECT_EQ(counts.recipients, static_cast<std::uint64_t>(task(id).recipients));
  EXPECT_EQ(counts.bounced, 1U);
  EXPECT_EQ(counts.blocked, 2U);
  EXPECT_EQ(counts.unsubscribed, 3U);
  EXPECT_EQ(counts.too_frequent, 1U);
  EXPECT_EQ(counts.malformed, 2U);
  EXPECT_EQ(counts.mailed, 5'000U - 7U);
}

TEST_F(DryRunTest, adds_up_the_same_in_slices) {
  upload(readers(4'321));
  fill_lists();
  const DryRunCounts whole = rehearse(order()).counts;
  EXPECT_EQ(slices_, 1);
  const DryRunCounts sum = rehearse(order(), 1'000).counts;
  EXPECT_EQ(slices_, 5);
  EXPECT_EQ(sum.recipients, whole.recipients);
  EXPECT_EQ(sum.mailed, whole.mailed);
  EXPECT_EQ(sum.unsubscribed, whole.unsubscribed);
}

TEST_F(DryRunTest, judges_those_who_were_there_at_its_beginning) {
  upload(readers(3));
  DryRunReading reading(std::make_shared<const TaskOrder>(order()), {filters_, DailyQuota(0), {}});
  ASSERT_TRUE(advance(reading, 2));
  EXPECT_FALSE(reading.so_far().complete);
  upload({"late@post.test"});
  ASSERT_TRUE(advance(reading, 10));
  EXPECT_TRUE(reading.so_far().complete);
  EXPECT_EQ(reading.so_far().counts.recipients, 3U);
}

TEST_F(DryRunTest, names_everything_for_which_the_task_would_be_refused) {
  upload(readers(3));
  TaskOrder wrong = order();
  wrong.sender = "nobody@mail.shop.test";
  wrong.draft.text = "Dear {{name}}, {{#if}}";
  const DryRun run = rehearse(wrong);
  EXPECT_THAT(faults_of(run), ElementsAre(std::string(senders::errors::kSenderUnknown.name()),
                                          std::string(content::errors::kPlaceholderIllegal.name()),
                                          std::string(errors::kVariablesDiffer.name())));
  EXPECT_THAT(run.order->without_value, ElementsAre("name"));
  EXPECT_EQ(run.counts.without_value, 3U);
  EXPECT_EQ(run.counts.mailed, 0U);
  wrong.group_id = 99;
  EXPECT_EQ(rehearse(wrong).counts.recipients, 0U);
}

TEST_F(DryRunTest, says_what_the_days_quota_leaves) {
  upload(readers(3));
  EXPECT_FALSE(rehearse(order()).quota_left);
  EXPECT_EQ(rehearse(order(), 10, 5).quota_left, 5);
  const DailyQuota quota(5);
  database_.change([&](storage::Writer& writer) {
    EXPECT_EQ(quota.take_some(writer, scope_, "mail.shop.test", 4, clock_.now_ms()), 4);
  });
  EXPECT_EQ(rehearse(order(), 10, 5).quota_left, 1);
}

TEST_F(DryRunTest, chooses_recipients_whose_mail_may_look_wrong) {
  upload_with_data({{"first@post.test", R"({"name":"Ann"})"},
                    {"empty@post.test", R"({"name":""})"},
                    {"emoji@post.test", "{\"name\":\"\xf0\x9f\x98\x80\"}"},
                    {"chinese@post.test", "{\"name\":\"\xe5\xbc\xa0\xe4\xb8\x89\"}"},
                    {"hebrew@post.test", "{\"name\":\"\xd7\xa9\xd7\x9c\"}"},
                    {"long@post.test", R"({"name":"Johanna Maximiliana von und zu Hohenstein"})"}});
  TaskOrder with_name = order();
  with_name.draft.text = "Dear {{name}}";
  std::vector<std::string> chosen;
  for (const DryRunSample& sample : rehearse(with_name).samples)
    chosen.push_back(std::string(sample.reason) + " " + sample.address);
  EXPECT_THAT(chosen, ElementsAre("longest long@post.test", "empty empty@post.test", "emoji emoji@post.test",
                                  "chinese chinese@post.test", "right_to_left hebrew@post.test"));
}

}  // namespace
}  // namespace sesame::campaigns
