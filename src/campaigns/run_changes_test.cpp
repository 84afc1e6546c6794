#include "campaigns/run_changes.hpp"

#include "campaigns/runner_fixture.hpp"
#include "campaigns/task_control.hpp"

namespace sesame::campaigns {
namespace {

class RunChangesTest : public RunnerTest {
 protected:
  /// Leaves one mail of the first run of three waiting for another attempt; then the next run starts.
  bool start_next_run(Runner& runner) {
    const auto first = runner.take(10);
    defer({first[0]});
    end({first[1], first[2]}, messages::DeliverStatus::delivered);
    return next_start();
  }
};

TEST_F(RunChangesTest, a_pause_lasts_when_the_last_outcome_arrives) {
  upload(readers(5));
  const std::int64_t id = start(5, packed_mailing());
  Runner runner = runner_with_lists();
  const auto taken = runner.take(10);
  defer({taken.begin(), taken.begin() + 4});
  control(pause_task, id);
  end({taken[4]}, messages::DeliverStatus::delivered);
  EXPECT_EQ(task(id).status, TaskStatus::paused);
  EXPECT_TRUE(task(id).held);
  clock_.advance(std::chrono::minutes(6));
  auto drafts = retry_due(runner);
  EXPECT_EQ(drafts.size(), 4U);
  EXPECT_EQ(permissions_of(drafts), Permissions{messages::Permission::held});
  EXPECT_TRUE(due().empty());
  control(resume_task, id);
  EXPECT_EQ(task(id).status, TaskStatus::finished) << "all have been tried";
  runner.notice();
  EXPECT_TRUE(runner.take(10).empty());
  drafts = retry_due(runner);
  EXPECT_EQ(drafts.size(), 4U);
  EXPECT_EQ(permissions_of(drafts), Permissions{messages::Permission::granted});
}

TEST_F(RunChangesTest, a_paused_task_whose_mail_waits_can_be_stopped_and_paused_again) {
  upload(readers(2));
  const std::int64_t id = start(2, packed_mailing());
  Runner runner = runner_with_lists();
  const auto taken = runner.take(10);
  control(pause_task, id);
  defer(taken);
  EXPECT_EQ(task(id).status, TaskStatus::paused);
  control(pause_task, id);
  EXPECT_EQ(task(id).status, TaskStatus::paused);
  control(stop_task, id);
  EXPECT_EQ(task(id).status, TaskStatus::failed);
  runner.notice();
  runner.take(10);
  EXPECT_EQ(permissions_of(retry_due(runner)), Permissions{messages::Permission::stopped});
}

TEST_F(RunChangesTest, a_paused_task_ends_with_the_last_of_its_mail) {
  using messages::DeliverStatus;
  struct Case {
    DeliverStatus status;
    int send_status;
  };
  upload(readers(3));
  for (const Case& one : {Case{DeliverStatus::delivered, 0}, Case{DeliverStatus::refused, 0},
                          Case{DeliverStatus::dropped, 0}, Case{DeliverStatus::dropped, 3020}}) {
    const std::int64_t id = start(3, packed_mailing());
    Runner runner = runner_with_lists();
    const auto taken = runner.take(10);
    defer({taken[0], taken[1]});
    control(pause_task, id);
    end({taken[0]}, one.status, one.send_status);
    end({taken[2]}, DeliverStatus::delivered);
    EXPECT_EQ(task(id).status, TaskStatus::paused) << "a mail waits";
    defer({taken[1]});
    EXPECT_EQ(task(id).status, TaskStatus::paused) << "it waits again";
    end({taken[1]}, one.status, one.send_status);
    EXPECT_EQ(task(id).status, TaskStatus::finished);
    EXPECT_FALSE(task(id).held);
    EXPECT_FALSE(may(resume_task, id)) << "it has ended";
  }
}

TEST_F(RunChangesTest, a_paused_task_whose_recipients_have_not_all_been_mailed_stays_paused) {
  upload(readers(3));
  const std::int64_t id = start(3, packed_mailing());
  Runner runner = runner_with_lists();
  const auto taken = runner.take(10);
  defer({taken[0]});
  control(pause_task, id);
  end({taken[0]}, messages::DeliverStatus::delivered);
  EXPECT_EQ(task(id).status, TaskStatus::paused);
  control(resume_task, id);
  EXPECT_EQ(task(id).status, TaskStatus::sending);
}

TEST_F(RunChangesTest, a_paused_recurring_task_stays_paused_and_waits_for_its_start_when_it_is_resumed) {
  upload(readers(2));
  const std::int64_t id = recurring(order());
  Runner runner = runner_with_lists();
  const auto taken = runner.take(10);
  ASSERT_EQ(taken.size(), 2U);
  defer({taken[0]});
  control(pause_task, id);
  end({taken[1]}, messages::DeliverStatus::delivered);
  EXPECT_EQ(task(id).status, TaskStatus::paused);
  end({taken[0]}, messages::DeliverStatus::delivered);
  EXPECT_EQ(task(id).status, TaskStatus::paused);
  EXPECT_FALSE(next_start());
  control(resume_task, id);
  EXPECT_EQ(task(id).status, TaskStatus::waiting);
  EXPECT_TRUE(next_start());
}

TEST_F(RunChangesTest, mail_in_hand_of_a_failed_run_does_not_begin) {
  upload(readers(20));
  const OrdinalRange halves[] = {{0, 10}, {10, 10}};
  const std::int64_t id = start(new_task(20, packed_mailing()), halves);
  Runner runner = runner_with_lists();
  auto taken = runner.take(10);
  defer({taken[0], taken[1]});
  taken.erase(taken.begin(), taken.begin() + 2);
  delete_sender();
  EXPECT_TRUE(runner.take(10).empty());
  EXPECT_EQ(task(id).status, TaskStatus::failed);
  EXPECT_EQ(changed(taken).size(), 8U);
  judge(runner, taken);
  EXPECT_EQ(permissions_of(taken), Permissions{messages::Permission::stopped});
  EXPECT_TRUE(taken[0].because.starts_with("the sender address no longer exists")) << taken[0].because;
  runner.take(10);
  auto retries = retry_due(runner);
  EXPECT_EQ(retries.size(), 2U) << "they are due at once, so that they end";
  EXPECT_EQ(permissions_of(retries), Permissions{messages::Permission::stopped});
  EXPECT_FALSE(may(stop_task, id)) << "all its mail is about to end";
}

TEST_F(RunChangesTest, a_failed_run_without_deferred_mail_lets_none_of_its_mail_in_hand_begin) {
  upload(readers(20));
  const OrdinalRange halves[] = {{0, 10}, {10, 10}};
  const std::int64_t id = start(new_task(20, packed_mailing()), halves);
  Runner runner = runner_with_lists();
  const auto taken = runner.take(10);
  delete_sender();
  EXPECT_TRUE(runner.take(10).empty());
  EXPECT_EQ(task(id).status, TaskStatus::failed);
  EXPECT_EQ(changed(taken).size(), 10U);
}

TEST_F(RunChangesTest, mail_of_an_older_run_goes_on_when_the_next_start_fails) {
  upload(readers(3));
  TaskOrder wanted = order();
  wanted.template_id = make_template("Good news");
  const std::int64_t id = recurring(wanted);
  Runner runner = runner_with_lists();
  defer(runner.take(10));
  delete_templates();
  EXPECT_FALSE(next_start());
  EXPECT_EQ(task(id).status, TaskStatus::failed);
  const auto drafts = retry_due(runner);
  ASSERT_EQ(drafts.size(), 3U);
  EXPECT_EQ(permissions_of(drafts), Permissions{messages::Permission::granted});
  const auto mail = drafts[0].compose();
  ASSERT_TRUE(mail);
  EXPECT_NE(mail->bytes.find("Good news"), std::string::npos);

  end({drafts[0]}, messages::DeliverStatus::delivered);
  control(stop_task, id);
  EXPECT_TRUE(
      task(id).error.starts_with("stopped on request before everybody was mailed (it had failed: the "
                                 "template no longer exists"))
      << task(id).error;
  EXPECT_EQ(permissions_of(retry_due(runner)), Permissions{messages::Permission::stopped});
  EXPECT_FALSE(may(stop_task, id));
}

TEST_F(RunChangesTest, mail_of_an_older_run_goes_on_when_a_later_run_fails) {
  upload(readers(3));
  const std::int64_t id = recurring(order());
  Runner runner = runner_with_lists();
  ASSERT_TRUE(start_next_run(runner));
  delete_sender();
  runner.notice();
  EXPECT_TRUE(runner.take(10).empty());
  EXPECT_EQ(task(id).status, TaskStatus::failed);
  const auto drafts = retry_due(runner);
  ASSERT_EQ(drafts.size(), 1U);
  EXPECT_EQ(permissions_of(drafts), Permissions{messages::Permission::granted});
}

TEST_F(RunChangesTest, a_stop_between_two_runs_ends_the_waiting_mail_of_all) {
  upload(readers(3));
  const std::int64_t id = recurring(order());
  Runner runner = runner_with_lists();
  ASSERT_TRUE(start_next_run(runner));
  runner.notice();
  const auto second = runner.take(10);
  ASSERT_EQ(second.size(), 3U);
  defer({second[1]});
  control(stop_task, id);
  EXPECT_EQ(changed({second[2]}).size(), 1U);
  EXPECT_EQ(task(id).status, TaskStatus::failed);
  for (int portion = 0; portion < 3; ++portion) {
    runner.notice();
    runner.take(10);
  }
  const auto drafts = retry_due(runner);
  EXPECT_EQ(drafts.size(), 2U);
  EXPECT_EQ(permissions_of(drafts), Permissions{messages::Permission::stopped});
}

TEST_F(RunChangesTest, a_task_that_fails_while_it_is_paused_mails_nothing_that_its_pause_held_up) {
  upload(readers(3));
  const std::int64_t id = recurring(order());
  Runner runner = runner_with_lists();
  ASSERT_TRUE(start_next_run(runner));
  delete_sender();
  const auto run = [&](const storage::Sql& statement) {
    database_.change([&](storage::Writer& writer) { writer.run(statement); });
  };
  // The failure can't be recorded at first.
  run({"test.refuse",
       "CREATE TRIGGER refuse BEFORE UPDATE OF finished_ms ON run BEGIN SELECT RAISE(ABORT, 'no'); END"});
  runner.notice();
  EXPECT_TRUE(runner.take(10).empty());
  EXPECT_EQ(task(id).status, TaskStatus::sending);
  control(pause_task, id);
  run({"test.accept", "DROP TRIGGER refuse"});
  EXPECT_TRUE(runner.take(10).empty());
  EXPECT_EQ(task(id).status, TaskStatus::failed);
  EXPECT_EQ(permissions_of(retry_due(runner)), Permissions{messages::Permission::stopped});
}

}  // namespace
}  // namespace sesame::campaigns
