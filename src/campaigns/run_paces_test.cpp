#include "campaigns/run_paces.hpp"

#include "campaigns/runner_fixture.hpp"
#include "campaigns/task_control.hpp"

namespace sesame::campaigns {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class CappedRunTest : public RunnerTest {
 protected:
  bool change(std::int64_t task_id, const TaskChanges& changes) {
    return static_cast<bool>(
        database_->write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) {
          return change_task(writer, scope_, task_id, changes, clock_.now_ms());
        }));
  }
  std::int64_t start_capped(int readers_count, const TaskChanges& caps) {
    upload(readers(readers_count));
    const std::int64_t id = start(static_cast<std::uint32_t>(readers_count), packed_mailing());
    EXPECT_TRUE(change(id, caps));
    return id;
  }
  Runner plain_runner() { return {*database_, ComposeContext{signers_.get(), &clock_}, changes_}; }
  /// The drafts of a look each second, as the delivery looks.
  std::vector<messages::Draft> look(Runner& runner, seconds during) {
    std::vector<messages::Draft> all;
    for (seconds passed{0}; passed < during; ++passed) {
      for (messages::Draft& draft : take_all(runner)) all.push_back(std::move(draft));
      clock_.advance(seconds(1));
    }
    return all;
  }
};

TEST_F(CappedRunTest, a_run_is_handed_out_at_its_rate) {
  start_capped(100, {.mails_per_hour = 360});
  Runner runner = plain_runner();
  EXPECT_TRUE(look(runner, seconds(10)).empty());
  EXPECT_EQ(look(runner, seconds(101)).size(), 10U);
  EXPECT_EQ(look(runner, minutes(20)).size(), 90U);
}

TEST_F(CappedRunTest, another_run_is_not_slowed_down) {
  start_capped(50, {.mails_per_hour = 1});
  const std::int64_t fast = start(50, packed_mailing());
  Runner runner = plain_runner();
  const auto drafts = take_all(runner);
  EXPECT_EQ(drafts.size(), 50U);
  record(drafts, LedgerState::delivered);
  EXPECT_EQ(task(fast).status, TaskStatus::finished);
}

TEST_F(CappedRunTest, a_cap_that_changes_while_the_run_is_sending_holds_at_the_next_look) {
  const std::int64_t id = start_capped(1000, {.mails_per_hour = 3'600});
  Runner runner = plain_runner();
  EXPECT_NEAR(static_cast<double>(look(runner, seconds(100)).size()), 99, 1);
  ASSERT_TRUE(change(id, {.mails_per_hour = 60}));
  runner.notice();
  EXPECT_LE(look(runner, minutes(5)).size(), 6U);
  ASSERT_TRUE(change(id, {.mails_per_hour = 0}));
  runner.notice();
  EXPECT_GE(look(runner, seconds(1)).size(), 890U);
}

TEST_F(CappedRunTest, a_restart_starts_without_credit_and_mails_nobody_twice) {
  start_capped(40, {.mails_per_hour = 60});
  std::set<std::string> mailed;
  for (int restart = 0; restart < 60 && mailed.size() < 40; ++restart) {
    Runner runner = plain_runner();
    const auto drafts = look(runner, minutes(3));
    EXPECT_LE(drafts.size(), 3U);
    for (const auto& draft : drafts) EXPECT_TRUE(mailed.insert(draft.to_address).second);
    record(drafts, LedgerState::delivered);
  }
  EXPECT_EQ(mailed.size(), 40U);
}

TEST_F(CappedRunTest, withheld_recipients_do_not_count) {
  std::vector<std::string> addresses = readers(1000);
  for (const std::string& address : addresses) {
    if (address != "reader500@post.test" && address != "reader999@post.test") unsubscribe(address);
  }
  upload(addresses);
  ASSERT_TRUE(change(start(1000, packed_mailing()), {.mails_per_hour = 60}));
  Runner runner = runner_with_lists();
  EXPECT_TRUE(look(runner, seconds(60)).empty());
  const auto first = look(runner, seconds(30));
  EXPECT_EQ(std::ranges::count_if(first, [](const auto& draft) { return !draft.withheld(); }), 1);
  EXPECT_GE(first.size(), 501U);
  EXPECT_EQ(look(runner, minutes(2)).size() + first.size(), 1000U);
}

TEST_F(CappedRunTest, recipients_are_judged_about_when_they_are_mailed) {
  start_capped(100, {.mails_per_hour = 60});
  Runner runner = runner_with_lists();
  EXPECT_EQ(look(runner, seconds(70)).size(), 1U);
  unsubscribe("reader2@post.test");
  const auto next = look(runner, minutes(3));
  std::size_t withheld = 0;
  for (const auto& draft : next) withheld += draft.withheld() ? 1 : 0;
  EXPECT_EQ(withheld, 1U);
}

TEST_F(CappedRunTest, the_rest_is_spread_from_when_that_was_asked) {
  const std::int64_t id = start_capped(1000, {.spread_hours = 10});
  Runner runner = plain_runner();
  const auto first = look(runner, hours(5));
  EXPECT_NEAR(static_cast<double>(first.size()), 500, 2);
  record(first, LedgerState::delivered);
  ASSERT_TRUE(change(id, {.spread_hours = 1}));
  // A restart goes on at the rate of then, not at that of what is left now.
  std::size_t mailed = 0;
  for (int part = 0; part < 4; ++part) {
    Runner restarted = plain_runner();
    const auto drafts = look(restarted, minutes(15));
    mailed += drafts.size();
    record(drafts, LedgerState::delivered);
  }
  EXPECT_NEAR(static_cast<double>(mailed), 500, 8);
}

TEST_F(CappedRunTest, more_slow_runs_than_are_open_at_once_all_get_on) {
  upload(readers(5));
  std::vector<std::int64_t> tasks;
  for (std::size_t i = 0; i < Runner::kRunsAtOnce + 8; ++i) {
    tasks.push_back(start(5, packed_mailing()));
    ASSERT_TRUE(change(tasks.back(), {.mails_per_hour = 60}));
  }
  const std::int64_t fast = start(5, packed_mailing());
  Runner runner = plain_runner();
  const auto now = take_all(runner);
  EXPECT_EQ(now.size(), 5U);
  record(now, LedgerState::delivered);
  EXPECT_EQ(task(fast).status, TaskStatus::finished);
  EXPECT_TRUE(take_all(runner).empty());
  std::map<std::int64_t, std::size_t> of_run;
  for (const auto& draft : look(runner, minutes(2) + seconds(5))) ++of_run[draft.id.parent_id];
  EXPECT_EQ(of_run.size(), tasks.size());
  for (const auto& [run_id, mails] : of_run) EXPECT_EQ(mails, 2U) << run_id;
}

TEST_F(CappedRunTest, a_task_tells_its_caps_and_when_they_let_it_end) {
  upload(readers(500));
  const std::int64_t id = start(500, packed_mailing());
  EXPECT_EQ(task(id).caps, Caps());
  EXPECT_EQ(capped_end_ms(task(id), clock_.now_ms()), std::nullopt);
  ASSERT_TRUE(change(id, {.mails_per_hour = 250, .mails_per_day = 1'000'000}));
  ASSERT_TRUE(change(id, {.mails_per_day = 0}));
  EXPECT_EQ(task(id).caps, (Caps{250, 0, 0}));
  const auto end_ms = capped_end_ms(task(id), clock_.now_ms());
  ASSERT_TRUE(end_ms);
  EXPECT_NEAR(static_cast<double>(*end_ms - clock_.now_ms()), 7'200'000, 5'000);
  control(pause_task, id);
  EXPECT_EQ(capped_end_ms(task(id), clock_.now_ms()), std::nullopt);
  EXPECT_TRUE(change(id, {.spread_hours = 3}));
  control(stop_task, id);
  EXPECT_FALSE(change(id, {.mails_per_hour = 1}));
  EXPECT_EQ(task(id).caps, (Caps{250, 0, 3}));
}

TEST_F(CappedRunTest, each_run_of_a_task_has_the_pace_of_its_caps) {
  upload(readers(120));
  const std::int64_t id = recurring(order());
  ASSERT_TRUE(change(id, {.mails_per_hour = 360}));
  Runner runner = plain_runner();
  for (int run = 0; run < 2; ++run) {
    runner.notice();
    const auto drafts = look(runner, minutes(21));
    EXPECT_EQ(drafts.size(), 120U);
    record(drafts, LedgerState::delivered);
    next_start();
  }
}

}  // namespace
}  // namespace sesame::campaigns
