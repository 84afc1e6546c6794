#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "campaigns/daily_quota.hpp"
#include "campaigns/runner.hpp"
#include "campaigns/runner_fixture.hpp"
#include "campaigns/set_aside.hpp"
#include "campaigns/task_control.hpp"
#include "testkit/scripted_admission.hpp"

namespace sesame::campaigns {
namespace {

class CrowdedRuns : public RunnerTest {
 protected:
  Runner::Rules rules(DailyQuota quota = {}) { return {MailFilters({&lists_}), quota, &admission_}; }
  Runner crowded_runner(DailyQuota quota = {}) {
    return {*database_, ComposeContext{signers_.get(), &clock_}, changes_, rules(quota)};
  }
  std::unique_ptr<Runner> new_runner() {
    return std::make_unique<Runner>(*database_, ComposeContext{signers_.get(), &clock_}, changes_, rules());
  }
  /// Every third recipient is at slow.test.
  std::vector<std::string> mixed(int count) {
    std::vector<std::string> addresses;
    for (int i = 0; i < count; ++i)
      addresses.push_back("reader" + std::to_string(i) + (i % 3 == 0 ? "@slow.test" : "@quick.test"));
    return addresses;
  }
  /// Starts a task to them while slow.test has no room.
  std::int64_t start_without_room(int count) {
    upload(mixed(count));
    admission_.give("slow.test", 0);
    return start(static_cast<std::uint32_t>(count), packed_mailing());
  }
  static std::size_t at(const std::vector<messages::Draft>& drafts, std::string_view domain) {
    return static_cast<std::size_t>(std::ranges::count_if(drafts, [&](const messages::Draft& draft) {
      return messages::domain_of(draft.to_address) == domain;
    }));
  }

  testkit::ScriptedAdmission admission_;
};

TEST_F(CrowdedRuns, a_busy_destination_holds_up_no_other) {
  upload(mixed(300));
  start(300, packed_mailing());
  admission_.give("slow.test", 5);
  Runner runner = crowded_runner();
  const auto first = runner.take(1000);
  EXPECT_EQ(at(first, "quick.test"), 200U);
  EXPECT_EQ(at(first, "slow.test"), 5U);
  EXPECT_TRUE(runner.take(1000).empty());
  admission_.give("slow.test", 20);
  EXPECT_EQ(at(runner.take(1000), "slow.test"), 20U);
  admission_.give("slow.test", 1000);
  EXPECT_EQ(at(runner.take(1000), "slow.test"), 75U);
  EXPECT_TRUE(runner.take(1000).empty());
}

TEST_F(CrowdedRuns, asks_about_nobody_while_a_crowd_has_no_room) {
  start_without_room(300);
  Runner runner = crowded_runner();
  runner.take(1000);
  const std::size_t asked = admission_.asked;
  for (int look = 0; look < 10; ++look) EXPECT_TRUE(runner.take(1000).empty());
  EXPECT_EQ(admission_.asked, asked);
}

TEST_F(CrowdedRuns, a_destination_whose_servers_change_waits_for_the_new_ones) {
  start_without_room(30);
  Runner runner = crowded_runner();
  runner.take(1000);
  const messages::Crowd old = admission_.crowd_of("slow.test");
  admission_.move("slow.test", 7);
  admission_.move("old.test", old);
  admission_.give("old.test", 1000);
  admission_.give("slow.test", 0);
  EXPECT_TRUE(runner.take(1000).empty()) << "the new servers have no room";
  admission_.give("slow.test", 1000);
  EXPECT_EQ(runner.take(1000).size(), 10U);
}

TEST_F(CrowdedRuns, a_long_list_for_one_busy_destination_is_passed_over_in_portions) {
  const int count = static_cast<int>(SetAside::kMostPerLook) + 500;
  std::vector<std::string> addresses;
  for (int i = 0; i < count; ++i) addresses.push_back("reader" + std::to_string(i) + "@slow.test");
  addresses.push_back("last@quick.test");
  upload(addresses);
  start(static_cast<std::uint32_t>(addresses.size()), packed_mailing());
  admission_.give("slow.test", 0);
  Runner runner = crowded_runner();
  EXPECT_TRUE(runner.take(1000).empty());
  EXPECT_TRUE(runner.has_more());
  const auto second = runner.take(1000);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second.front().to_address, "last@quick.test");
  EXPECT_FALSE(runner.has_more());
}

TEST_F(CrowdedRuns, those_who_were_passed_over_are_found_again_after_a_crash) {
  start_without_room(300);
  {
    Runner runner = crowded_runner();
    end(runner.take(1000), messages::DeliverStatus::delivered);
  }
  admission_.give("slow.test", 1000);
  Runner runner = crowded_runner();
  const auto rest = runner.take(1000);
  EXPECT_EQ(rest.size(), 100U);
  EXPECT_EQ(at(rest, "slow.test"), 100U);
}

TEST_F(CrowdedRuns, who_says_no_while_he_waits_is_withheld) {
  start_without_room(30);
  Runner runner = crowded_runner();
  runner.take(1000);
  unsubscribe("reader3@slow.test");
  admission_.give("slow.test", 1000);
  const auto rest = runner.take(1000);
  EXPECT_EQ(rest.size(), 10U);
  EXPECT_EQ(std::ranges::count_if(rest, &messages::Draft::withheld), 1);
}

TEST_F(CrowdedRuns, a_paused_task_keeps_those_who_were_passed_over) {
  const std::int64_t id = start_without_room(30);
  Runner runner = crowded_runner();
  runner.take(1000);
  control(pause_task, id);
  runner.notice();
  admission_.give("slow.test", 1000);
  EXPECT_TRUE(runner.take(1000).empty());
  control(resume_task, id);
  runner.notice();
  EXPECT_EQ(runner.take(1000).size(), 10U);
}

TEST_F(CrowdedRuns, those_who_were_passed_over_wait_while_their_sender_may_not_send) {
  start_without_room(30);
  Runner runner = crowded_runner();
  EXPECT_EQ(runner.take(1000).size(), 20U);
  static constexpr storage::Sql kVerified{"test.set_verified", "UPDATE sender_domain SET verified_ms = ?1"};
  database_.change([](storage::Writer& writer) { writer.run(kVerified, std::optional<std::int64_t>{}); });
  admission_.give("slow.test", 1000);
  EXPECT_TRUE(runner.take(1000).empty());
  database_.change([](storage::Writer& writer) { writer.run(kVerified, 1); });
  clock_.advance(std::chrono::minutes(11));
  Timetable(*database_, random_, clock_).look();
  runner.notice();
  EXPECT_EQ(runner.take(1000).size(), 10U);
}

TEST_F(CrowdedRuns, the_day_s_limit_counts_those_who_were_passed_over_once) {
  start_without_room(30);
  Runner runner = crowded_runner(DailyQuota(30));
  EXPECT_EQ(runner.take(1000).size(), 20U);
  admission_.give("slow.test", 1000);
  EXPECT_EQ(runner.take(1000).size(), 10U);
}

TEST_F(CrowdedRuns, runs_that_wait_for_one_destination_take_turns) {
  upload(mixed(30));
  const std::int64_t first = start(30, packed_mailing());
  const std::int64_t second = start(30, packed_mailing());
  ASSERT_NE(first, second);
  admission_.give("slow.test", 0);
  Runner runner = crowded_runner();
  runner.take(1000);
  std::set<std::int64_t> runs;
  for (int look = 0; look < 2; ++look) {
    admission_.give("slow.test", 3);
    for (const messages::Draft& draft : runner.take(1000)) runs.insert(draft.id.parent_id);
  }
  EXPECT_EQ(runs.size(), 2U);
}

/// Rooms, servers and crashes at random: each recipient is handed out once, and again only when he
/// had no outcome at a crash.
class Seeds : public CrowdedRuns, public testing::WithParamInterface<std::uint64_t> {};

TEST_P(Seeds, each_recipient_is_handed_out_once_whatever_happens_in_between) {
  testkit::SeededRandom random(GetParam());
  const auto below = [&](std::uint64_t bound) { return random.next() % bound; };
  constexpr int kDomains = 14;
  std::vector<std::string> addresses;
  for (int i = 0; i < 600; ++i)
    addresses.push_back("reader" + std::to_string(i) + "@d" + std::to_string(below(kDomains)) + ".test");
  upload(addresses);
  start(600, packed_mailing());
  std::unique_ptr<Runner> runner = new_runner();
  std::set<std::uint32_t> ended;
  std::vector<messages::Draft> in_flight;
  for (int step = 0; ended.size() < 600 && step < 10'000; ++step) {
    const std::string domain = "d" + std::to_string(below(kDomains)) + ".test";
    admission_.give(domain, below(4) == 0 ? 0 : below(30));
    if (below(10) == 0) admission_.move(domain, 100 + below(kDomains));
    for (messages::Draft& draft : runner->take(1 + below(40))) {
      ASSERT_FALSE(ended.contains(draft.id.ordinal)) << draft.to_address;
      ASSERT_TRUE(std::ranges::none_of(
          in_flight, [&](const messages::Draft& one) { return one.id.ordinal == draft.id.ordinal; }))
          << draft.to_address << " twice";
      in_flight.push_back(std::move(draft));
    }
    if (below(3) == 0) {
      end(in_flight, messages::DeliverStatus::delivered);
      for (const messages::Draft& draft : in_flight) ended.insert(draft.id.ordinal);
      in_flight.clear();
    }
    if (below(40) == 0) {  // A crash.
      in_flight.clear();
      runner = new_runner();
    }
  }
  EXPECT_EQ(ended.size(), 600U);
}

INSTANTIATE_TEST_SUITE_P(Crowds, Seeds, testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace sesame::campaigns
