#include "campaigns/timetable.hpp"

#include "audience/groups.hpp"
#include "campaigns/campaign_fixture.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/run_ledger.hpp"
#include "campaigns/task_control.hpp"
#include "campaigns/time_correction.hpp"

namespace sesame::campaigns {
namespace {

using std::chrono::hours;

class TimetableTest : public CampaignTest {
 protected:
  std::int64_t in(hours later) { return clock_.now_ms() + std::chrono::milliseconds(later).count(); }
  Schedule timed(hours later) { return {TaskType::timed, in(later)}; }
  Schedule every(hours interval) { return {TaskType::recurring, in(hours(1)), interval.count()}; }
  bool look() { return Timetable(*database_, random_, clock_).look(); }
  bool look_after(std::chrono::milliseconds later) {
    clock_.advance(later);
    return look();
  }
  /// Mails all open recipients, as the delivery would.
  std::size_t mail_all() {
    Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
    const auto letters = take_all(runner);
    record(letters, LedgerState::delivered);
    return letters.size();
  }
};

TEST_F(TimetableTest, a_timed_task_starts_at_its_time) {
  upload(readers(3));
  const std::int64_t id = *plan(timed(hours(2)), order());
  EXPECT_EQ(task(id).status, TaskStatus::waiting);
  EXPECT_EQ(task(id).started_ms, 0);
  EXPECT_FALSE(look_after(hours(1)));
  EXPECT_TRUE(look_after(hours(1)));
  EXPECT_EQ(task(id).status, TaskStatus::sending);
  EXPECT_EQ(mail_all(), 3U);
  EXPECT_EQ(task(id).status, TaskStatus::finished);
  EXPECT_FALSE(look_after(hours(100)));
  EXPECT_EQ(runs_of(id), 1U);
}

TEST_F(TimetableTest, a_task_starts_at_the_time_to_which_it_was_moved) {
  upload(readers(3));
  const auto retime = [&](std::int64_t id, const TaskChanges& times) {
    return database_->write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) {
      return change_task(writer, scope_, id, times, clock_.now_ms());
    });
  };
  const std::int64_t id = *plan(timed(hours(2)), order());
  ASSERT_TRUE(retime(id, {in(hours(5)), {}}));
  EXPECT_FALSE(look_after(hours(4)));
  ASSERT_TRUE(retime(id, {in(hours(2)), {}}));
  EXPECT_FALSE(look_after(hours(1)));
  EXPECT_TRUE(look_after(hours(1)));
  EXPECT_EQ(runs_of(id), 1U);
  EXPECT_TRUE(retime(id, {in(hours(2)), {}}).error().is(errors::kNoStartToCome));
  mail_all();
  EXPECT_TRUE(retime(id, {in(hours(2)), {}}).error().is(errors::kTaskEnded));
  EXPECT_TRUE(retime(id + 1, {in(hours(2)), {}}).error().is(errors::kTaskMissing));
}

TEST_F(TimetableTest, a_recurring_task_counts_on_from_the_time_to_which_it_was_moved) {
  upload(readers(3));
  const std::int64_t id = *plan(every(hours(24)), order());
  ASSERT_TRUE(database_->write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) {
    return change_task(writer, scope_, id, {in(hours(3)), 2}, clock_.now_ms());
  }));
  EXPECT_FALSE(look_after(hours(2)));
  EXPECT_TRUE(look_after(hours(1)));
  mail_all();
  EXPECT_FALSE(look_after(hours(1)));
  EXPECT_TRUE(look_after(hours(1)));
  mail_all();
  EXPECT_EQ(runs_of(id), 2U);
}

TEST_F(TimetableTest, nothing_starts_or_continues_while_delivery_is_held) {
  upload(readers(3));
  const std::int64_t id = *plan(timed(hours(1)), order());
  messages::Hold hold(clock_.now_ms());
  Timetable held(*database_, random_, clock_, {}, &hold);
  clock_.advance(hours(2));
  EXPECT_FALSE(held.look());
  EXPECT_EQ(task(id).status, TaskStatus::waiting);
  EXPECT_EQ(runs_of(id), 0U);
  hold.end();
  EXPECT_TRUE(held.look());
  EXPECT_EQ(task(id).status, TaskStatus::sending);
  EXPECT_EQ(runs_of(id), 1U);
}

TEST_F(TimetableTest, a_due_time_starts_one_run_whatever_the_clock_does) {
  upload(readers(3));
  const std::int64_t id = *plan(every(hours(24)), order());
  const std::int64_t begin = clock_.now_ms();
  EXPECT_TRUE(look_after(hours(1)));
  mail_all();
  EXPECT_EQ(task(id).status, TaskStatus::waiting);
  clock_.set_ms(begin);
  EXPECT_FALSE(look());
  EXPECT_FALSE(look_after(hours(1)));
  EXPECT_FALSE(look_after(hours(23)));
  EXPECT_EQ(runs_of(id), 1U);
  EXPECT_TRUE(look_after(hours(1)));
  EXPECT_EQ(runs_of(id), 2U);
}

TEST_F(TimetableTest, one_start_replaces_all_missed_ones) {
  upload(readers(3));
  const std::int64_t id = *plan(every(hours(24)), order());
  EXPECT_TRUE(look_after(hours(24 * 10)));
  mail_all();
  EXPECT_FALSE(look());
  EXPECT_EQ(runs_of(id), 1U);
  // The interval counts from `begin`, which was an hour after the creation.
  EXPECT_TRUE(look_after(hours(1)));
  EXPECT_EQ(runs_of(id), 2U);
}

TEST_F(TimetableTest, a_run_longer_than_the_interval_delays_the_next_one) {
  upload(readers(3));
  const std::int64_t id = *plan(every(hours(1)), order());
  EXPECT_TRUE(look_after(hours(1)));
  EXPECT_FALSE(look_after(hours(5)));
  EXPECT_EQ(runs_of(id), 1U);
  mail_all();
  EXPECT_TRUE(look());
  EXPECT_EQ(runs_of(id), 2U);
}

TEST_F(TimetableTest, each_run_takes_its_own_snapshot_of_the_group) {
  upload(readers(3));
  const std::int64_t id = *plan(every(hours(24)), order());
  upload({"late@post.test"});
  EXPECT_TRUE(look_after(hours(1)));
  EXPECT_EQ(task(id).requested, 4);
  EXPECT_EQ(mail_all(), 4U);
  upload({"later@post.test"});
  EXPECT_EQ(task(id).requested, 4);
  EXPECT_TRUE(look_after(hours(24)));
  EXPECT_EQ(task(id).requested, 5);
  EXPECT_EQ(task(id).delivered, 0);
  EXPECT_EQ(mail_all(), 5U);
}

TEST_F(TimetableTest, a_recurrence_that_is_terminated_has_one_run) {
  upload(readers(1));
  Schedule once = every(hours(24));
  once.once = true;
  const std::int64_t id = *plan(once, order());
  EXPECT_TRUE(look_after(hours(1)));
  mail_all();
  EXPECT_EQ(task(id).status, TaskStatus::finished);
  EXPECT_FALSE(look_after(hours(48)));
}

TEST_F(TimetableTest, a_task_whose_group_was_deleted_fails) {
  upload(readers(1));
  const std::int64_t id = *plan(every(hours(24)), order());
  ASSERT_TRUE(database_->write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) {
    return audience::delete_group(writer, scope_, group_id_, clock_.now_ms());
  }));
  EXPECT_FALSE(look_after(hours(1)));
  EXPECT_EQ(task(id).status, TaskStatus::failed);
  EXPECT_TRUE(task(id).error.starts_with("the recipient group no longer exists")) << task(id).error;
  EXPECT_FALSE(look_after(hours(48)));
}

TEST_F(TimetableTest, a_task_whose_template_was_deleted_fails) {
  upload(readers(1));
  TaskOrder wanted = order();
  wanted.template_id = make_template("Good news");
  const std::int64_t no_template = *plan(timed(hours(1)), wanted);
  delete_templates();
  EXPECT_FALSE(look_after(hours(1)));
  EXPECT_TRUE(task(no_template).error.starts_with("the template no longer exists"))
      << task(no_template).error;
}

TEST_F(TimetableTest, a_start_waits_until_its_sender_domain_is_verified_again) {
  upload(readers(1));
  const std::int64_t once = *plan(timed(hours(1)), order());
  const std::int64_t series = *plan(every(hours(24)), order());
  set_verified(false);
  EXPECT_FALSE(look_after(hours(1)));
  for (const std::int64_t id : {once, series}) {
    EXPECT_EQ(task(id).status, TaskStatus::paused);
    EXPECT_TRUE(task(id).error.starts_with("the sender domain")) << task(id).error;
    EXPECT_EQ(runs_of(id), 0U);
  }
  look_after(std::chrono::minutes(11));
  look();
  EXPECT_EQ(task(once).status, TaskStatus::paused) << "it is still not verified";
  set_verified(true);
  look_after(std::chrono::minutes(11));
  look();
  for (const std::int64_t id : {once, series}) {
    EXPECT_EQ(task(id).status, TaskStatus::sending);
    EXPECT_EQ(task(id).error, "");
    EXPECT_EQ(runs_of(id), 1U);
  }
}

TEST_F(TimetableTest, uses_the_template_as_it_is_at_the_start) {
  upload(readers(1));
  TaskOrder wanted = order();
  wanted.template_id = make_template("Old news");
  *plan(timed(hours(1)), wanted);
  ASSERT_TRUE(database_->write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) {
    return content::update_template(writer, scope_, wanted.template_id, "news", "", "Fresh news", 1);
  }));
  EXPECT_TRUE(look_after(hours(1)));
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  const auto letters = runner.take(1);
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_NE(letters[0].compose()->bytes.find("Fresh news"), std::string::npos);
}

TEST_F(TimetableTest, a_further_run_leaves_out_recipients_who_wait_for_an_older_mail) {
  upload(readers(3));
  const std::int64_t id = *plan(every(hours(1)), order());
  EXPECT_TRUE(look_after(hours(1)));
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  auto first = runner.take(10);
  ASSERT_EQ(first.size(), 3U);
  std::vector<messages::Outcome> outcomes;
  for (const messages::Draft& draft : first) {
    messages::Outcome outcome{messages::Envelope(draft)};
    const bool deferred = draft.to_address == "reader1@post.test";
    outcome.status = deferred ? messages::DeliverStatus::deferred : messages::DeliverStatus::delivered;
    outcome.first_attempt_ms = outcome.happened_ms = clock_.now_ms();
    outcome.next_attempt_ms = clock_.now_ms() + 7'200'000;
    outcomes.push_back(std::move(outcome));
  }
  RunLedger ledger(clock_);
  database_.change([&](storage::Writer& writer) {
    auto copy = outcomes;
    messages::record_outcomes(writer, copy);
    ledger.record(writer, copy);
  });
  EXPECT_EQ(task(id).status, TaskStatus::waiting) << "deferred mail has a clock of its own";
  EXPECT_TRUE(look_after(hours(1)));
  runner.notice();
  for (const messages::Draft& draft : runner.take(10)) {
    EXPECT_EQ(draft.withheld(), draft.to_address == "reader1@post.test") << draft.to_address;
  }
}

TEST_F(TimetableTest, a_paused_task_starts_only_after_it_is_resumed) {
  upload(readers(1));
  const std::int64_t id = *plan(every(hours(24)), order());
  control(pause_task, id);
  EXPECT_FALSE(look_after(hours(50)));
  EXPECT_EQ(runs_of(id), 0U);
  control(resume_task, id);
  EXPECT_EQ(task(id).status, TaskStatus::waiting);
  EXPECT_TRUE(look());
  EXPECT_EQ(runs_of(id), 1U);
  control(pause_task, id);
  mail_all();
  control(resume_task, id);
  mail_all();
  EXPECT_EQ(task(id).status, TaskStatus::waiting);
}

TEST_F(TimetableTest, a_stopped_task_starts_no_more) {
  upload(readers(1));
  const std::int64_t before = *plan(every(hours(24)), order());
  control(stop_task, before);
  EXPECT_EQ(task(before).status, TaskStatus::failed);
  EXPECT_EQ(task(before).error, "stopped on request before it began");
  const std::int64_t between = *plan(every(hours(24)), order());
  EXPECT_TRUE(look_after(hours(1)));
  mail_all();
  control(stop_task, between);
  EXPECT_EQ(task(between).status, TaskStatus::finished);
  EXPECT_FALSE(look_after(hours(48)));
  EXPECT_EQ(runs_of(before), 0U);
  EXPECT_EQ(runs_of(between), 1U);
}

TEST_F(TimetableTest, a_clock_that_was_a_year_ahead_silences_no_series) {
  upload(readers(3));
  const std::int64_t hourly = *plan(every(hours(1)), order());
  const std::int64_t weekly = *plan(every(hours(7 * 24)), order());
  const std::int64_t begin_ms = clock_.now_ms();
  clock_.set_ms(begin_ms + std::chrono::milliseconds(hours(365 * 24)).count());
  EXPECT_TRUE(look());
  mail_all();
  clock_.set_ms(begin_ms);
  // The first start of this one is honestly far ahead.
  const std::int64_t far = *plan(timed(hours(300 * 24)), order());
  Schedule late = every(hours(1));
  late.begin_ms = in(hours(100 * 24));
  const std::int64_t far_series = *plan(late, order());
  const auto correct = [&] {
    return database_.change(
        [&](storage::Writer& writer) { return correct_task_times(writer, clock_.now_ms()); });
  };
  EXPECT_EQ(correct(), 2);
  EXPECT_EQ(correct(), 0);
  EXPECT_TRUE(look_after(hours(1)));
  EXPECT_EQ(runs_of(hourly), 2U);
  EXPECT_EQ(runs_of(weekly), 2U);
  mail_all();
  EXPECT_EQ(correct(), 0);
  EXPECT_TRUE(look_after(hours(1)));
  EXPECT_EQ(runs_of(hourly), 3U);
  EXPECT_EQ(runs_of(weekly), 2U);
  EXPECT_EQ(runs_of(far) + runs_of(far_series), 0U);
}

TEST_F(TimetableTest, nothing_starts_by_a_time_that_has_just_stepped) {
  upload(readers(1));
  const std::int64_t id = *plan(timed(hours(24)), order());
  const std::int64_t begin_ms = clock_.now_ms();
  Timetable timetable(*database_, random_, clock_);
  EXPECT_FALSE(timetable.look());
  clock_.set_ms(begin_ms + std::chrono::milliseconds(hours(365 * 24)).count());
  EXPECT_FALSE(timetable.look());
  clock_.advance(std::chrono::seconds(2));
  EXPECT_FALSE(timetable.look());
  clock_.set_ms(begin_ms);
  EXPECT_FALSE(timetable.look());
  clock_.advance(ClockWatch::kSettledAfter);
  EXPECT_FALSE(timetable.look());
  EXPECT_EQ(runs_of(id), 0U);
  clock_.advance(hours(24));
  EXPECT_TRUE(timetable.look());
  EXPECT_EQ(runs_of(id), 1U);
}

TEST_F(TimetableTest, a_small_correction_of_the_clock_repeats_no_start) {
  upload(readers(3));
  const std::int64_t id = *plan(every(hours(1)), order());
  EXPECT_TRUE(look_after(hours(1)));
  mail_all();
  clock_.set_ms(clock_.now_ms() - std::chrono::milliseconds(std::chrono::minutes(50)).count());
  EXPECT_EQ(
      database_.change([&](storage::Writer& writer) { return correct_task_times(writer, clock_.now_ms()); }),
      0);
  EXPECT_FALSE(look_after(hours(1)));
  EXPECT_EQ(runs_of(id), 1U);
}

TEST_F(TimetableTest, a_pause_of_a_clock_that_was_a_year_ahead_ends) {
  upload(readers(1));
  const std::int64_t id = *plan(timed(hours(1)), order());
  const std::int64_t begin_ms = clock_.now_ms();
  set_verified(false);
  clock_.set_ms(begin_ms + std::chrono::milliseconds(hours(365 * 24)).count());
  EXPECT_FALSE(look());
  EXPECT_EQ(task(id).status, TaskStatus::paused);
  clock_.set_ms(begin_ms + std::chrono::milliseconds(hours(2)).count());
  set_verified(true);
  look();
  EXPECT_EQ(task(id).status, TaskStatus::paused);
  database_.change([&](storage::Writer& writer) { return correct_task_times(writer, clock_.now_ms()); });
  look();
  look();
  EXPECT_EQ(task(id).status, TaskStatus::sending);
  EXPECT_EQ(runs_of(id), 1U);
}

}  // namespace
}  // namespace sesame::campaigns
