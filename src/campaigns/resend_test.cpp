#include "campaigns/resend.hpp"

#include <set>

#include "audience/groups.hpp"
#include "audience/unsubscribes.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/recipients_fixture.hpp"
#include "campaigns/retention.hpp"
#include "campaigns/suppression_filter.hpp"
#include "campaigns/task_control.hpp"
#include "campaigns/timetable.hpp"

namespace sesame::campaigns {
namespace {

using State = RecipientState;

class ResendTest : public RecipientListTest {
 protected:
  Runner runner_with_lists() {
    return {*database_, ComposeContext{signers_.get(), &clock_}, changes_, {MailFilters({&lists_}), {}}};
  }
  Result<std::int64_t> again(std::int64_t task_id, std::initializer_list<State> states,
                             std::optional<std::int64_t> begin_ms = {}) {
    ResendOrder order;
    order.scope = scope_;
    order.app_id = "1251000000";
    order.task_id = task_id;
    for (const State state : states) order.states.set(static_cast<std::size_t>(state));
    order.begin_ms = begin_ms;
    order.now_ms = clock_.now_ms();
    return database_.change([&](storage::Writer& writer) { return resend_task(writer, random_, order, {}); });
  }
  void expect_refused(std::int64_t task_id, std::initializer_list<State> states, const ErrorName& why) {
    const auto made = again(task_id, states);
    ASSERT_FALSE(made);
    EXPECT_TRUE(made.error().is(why)) << made.error().reason();
  }
  std::set<std::string> addresses(const std::vector<messages::Draft>& drafts) {
    std::set<std::string> all;
    for (const messages::Draft& draft : drafts) EXPECT_TRUE(all.insert(draft.to_address).second);
    return all;
  }

  /// A task to seven recipients: a was delivered, c refused, d dropped, e withheld, f deferred; b is
  /// malformed, g never begun, since the task was stopped.
  std::int64_t stopped_task() {
    upload({"a@post.test", "b malformed", "c@post.test", "d@post.test", "e@post.test", "f@post.test",
            "g@post.test"});
    NewTask wanted = new_task(7, packed_mailing());
    wanted.requested = 6;
    const OrdinalRange blocks[] = {{0, 4}, {4, 3}};
    const std::int64_t id = start(wanted, blocks);
    Runner runner = make_runner();
    auto drafts = take_all(runner);
    EXPECT_EQ(drafts.size(), 6U);
    drafts.pop_back();
    finish(part(drafts, 1), messages::DeliverStatus::deferred, "452 4.2.2 full");
    finish(part(drafts, 1), messages::DeliverStatus::dropped, "not sent", 3020);
    finish(part(drafts, 1), messages::DeliverStatus::dropped, "4.4.7 expired");
    finish(part(drafts, 1), messages::DeliverStatus::refused, "550 5.1.1 unknown");
    finish(part(drafts, 1), messages::DeliverStatus::delivered, "250 2.0.0 queued");
    control(stop_task, id);
    return id;
  }

  /// Ends the mails of the task that are still tried.
  void finish_deferred(std::int64_t id) {
    const auto page = list(query(id, {State::deferred}));
    std::vector<LedgerEntry> entries;
    for (const TaskRecipient& each : page->recipients)
      entries.push_back({task(id).run_id, static_cast<std::uint32_t>(each.number - 1), LedgerState::dropped});
    database_.change([&](storage::Writer& writer) { record_outcomes(writer, entries, clock_.now_ms()); });
  }
  std::int64_t list_all() {
    return database_.look(
        [&](storage::Reader& reader) { return list_tasks(reader, scope_, {}, 0, 100).total; });
  }

  SuppressionFilter lists_{{}};
};

TEST_F(ResendTest, mails_those_in_the_states_and_nobody_else) {
  const std::int64_t old = stopped_task();
  const Task before = task(old);
  const auto made = again(old, {State::refused, State::dropped, State::withheld});
  ASSERT_TRUE(made);
  Task now = task(*made);
  EXPECT_EQ(now.status, TaskStatus::sending);
  EXPECT_EQ(now.origin_id, old);
  EXPECT_EQ(now.recipients, 3);
  EXPECT_EQ(now.requested, 3);
  EXPECT_EQ(now.left_out, 4);
  EXPECT_EQ(now.not_begun(), 3);
  EXPECT_EQ(now.group_id, before.group_id);
  EXPECT_EQ(now.subject, before.subject);
  Runner runner = make_runner();
  const auto drafts = take_all(runner);
  EXPECT_EQ(addresses(drafts), (std::set<std::string>{"c@post.test", "d@post.test", "e@post.test"}));
  const auto mail = drafts.front().compose();
  ASSERT_TRUE(mail);
  EXPECT_NE(mail->bytes.find("Good news"), std::string::npos);
  EXPECT_NE(mail->bytes.find("Subject: Hello"), std::string::npos);
  finish(drafts, messages::DeliverStatus::delivered, "250 2.0.0 queued");
  now = task(*made);
  EXPECT_EQ(now.status, TaskStatus::finished);
  EXPECT_EQ(now.delivered, 3);
  EXPECT_EQ(now.recipients, 3);
  EXPECT_EQ(list(query(*made))->recipients.size(), 3U);
  const Task after = task(old);
  for (std::size_t state = 0; state < kRecipientStates; ++state)
    EXPECT_EQ(count_of(before, static_cast<State>(state)), count_of(after, static_cast<State>(state)));
}

TEST_F(ResendTest, numbers_stay_those_of_the_group) {
  const auto made = again(stopped_task(), {State::dropped});
  ASSERT_TRUE(made);
  const TaskRecipient recipient = only(*made, State::waiting);
  EXPECT_EQ(recipient.number, 4U);
  EXPECT_EQ(recipient.address, "d@post.test");
}

TEST_F(ResendTest, malformed_addresses_are_skipped_again_and_not_requested) {
  const auto made = again(stopped_task(), {State::skipped, State::stopped});
  ASSERT_TRUE(made);
  EXPECT_EQ(task(*made).recipients, 2);
  EXPECT_EQ(task(*made).requested, 1);
  Runner runner = make_runner();
  const auto drafts = take_all(runner);
  EXPECT_EQ(addresses(drafts), std::set<std::string>{"g@post.test"});
  EXPECT_EQ(task(*made).skipped, 1);
}

TEST_F(ResendTest, malformed_addresses_that_never_began_are_not_requested) {
  upload({"a@post.test", "b malformed", "c@post.test"});
  const std::int64_t old = start(3, packed_mailing(), 2);
  control(stop_task, old);
  const auto made = again(old, {State::stopped});
  ASSERT_TRUE(made);
  EXPECT_EQ(task(*made).recipients, 3);
  EXPECT_EQ(task(*made).requested, 2);
}

TEST_F(ResendTest, the_lists_are_asked_anew) {
  const std::int64_t old = stopped_task();
  database_.change([&](storage::Writer& writer) {
    audience::add_unsubscribe(writer, {scope_, "mail.shop.test", "d@post.test"});
  });
  ASSERT_TRUE(again(old, {State::dropped, State::withheld}));
  Runner runner = runner_with_lists();
  for (const messages::Draft& draft : take_all(runner)) {
    EXPECT_EQ(draft.withheld(), draft.to_address == "d@post.test");
    EXPECT_EQ(draft.send_status, draft.withheld() ? 1013 : 0);
  }
}

TEST_F(ResendTest, whoever_still_waits_for_an_older_mail_of_the_content_is_withheld) {
  const std::int64_t old = stopped_task();
  const auto first = again(old, {State::refused, State::deferred});
  ASSERT_TRUE(first);
  Runner runner = runner_with_lists();
  auto drafts = take_all(runner);
  ASSERT_EQ(drafts.size(), 2U);
  EXPECT_FALSE(drafts[0].withheld());
  EXPECT_EQ(drafts[1].to_address, "f@post.test");
  EXPECT_TRUE(drafts[1].withheld()) << "its first mail is still tried";
  EXPECT_EQ(drafts[1].send_status, 1006);

  // Tasks that were made from the same one, or from one another, are of one content, too.
  expect_refused(old, {State::refused}, errors::kRunUnfinished);
  finish(part(drafts, 1), messages::DeliverStatus::dropped, "not sent", 1006);
  finish(drafts, messages::DeliverStatus::deferred, "452 4.2.2 full");
  const auto sibling = again(old, {State::refused});
  ASSERT_TRUE(sibling);
  Runner later = runner_with_lists();
  bool found = false;
  for (const messages::Draft& draft : take_all(later)) {
    if (draft.id.parent_id != task(*sibling).run_id) continue;
    found = true;
    EXPECT_TRUE(draft.withheld());
  }
  EXPECT_TRUE(found);
}

TEST_F(ResendTest, a_task_made_from_another_can_be_sent_again) {
  const std::int64_t old = stopped_task();
  const auto first = again(old, {State::refused, State::dropped});
  ASSERT_TRUE(first);
  Runner runner = make_runner();
  auto drafts = take_all(runner);
  finish(part(drafts, 1), messages::DeliverStatus::dropped, "4.4.7 expired");
  finish(drafts, messages::DeliverStatus::delivered, "250 2.0.0 queued");
  const auto second = again(*first, {State::dropped, State::withheld, State::stopped});
  ASSERT_TRUE(second);
  EXPECT_EQ(task(*second).origin_id, *first);
  EXPECT_EQ(task(*second).family_id, old);
  EXPECT_EQ(task(*second).recipients, 1) << "whom the first left out stays out";
  EXPECT_EQ(only(*second, State::waiting).address, "d@post.test");
}

TEST_F(ResendTest, recipients_added_later_do_not_belong_to_it) {
  const std::int64_t old = stopped_task();
  upload({"late@post.test"});
  const auto made = again(old, {State::refused, State::stopped});
  ASSERT_TRUE(made);
  Runner runner = make_runner();
  EXPECT_EQ(addresses(take_all(runner)), (std::set<std::string>{"c@post.test", "g@post.test"}));
}

TEST_F(ResendTest, a_planned_one_mails_those_who_are_in_the_states_when_it_begins) {
  const std::int64_t old = stopped_task();
  const auto made = again(old, {State::refused, State::dropped}, clock_.now_ms() + 60'000);
  ASSERT_TRUE(made);
  EXPECT_EQ(task(*made).status, TaskStatus::waiting);
  EXPECT_EQ(task(*made).origin_id, old);
  EXPECT_EQ(task(*made).requested, 2);
  // The mail to a comes back meanwhile; its template may be gone by then.
  database_.change([&](storage::Writer& writer) { record_returned(writer, task(old).run_id, 0); });
  Timetable timetable(*database_, random_, clock_);
  EXPECT_FALSE(timetable.look());
  clock_.advance(std::chrono::minutes(2));
  EXPECT_TRUE(timetable.look());
  EXPECT_EQ(task(*made).recipients, 3);
  Runner runner = make_runner();
  const auto drafts = take_all(runner);
  EXPECT_EQ(addresses(drafts), (std::set<std::string>{"a@post.test", "c@post.test", "d@post.test"}));
  EXPECT_NE(drafts.front().compose()->bytes.find("Good news"), std::string::npos);
}

TEST_F(ResendTest, a_planned_one_for_which_nobody_is_left_finishes_at_once) {
  const std::int64_t old = stopped_task();
  const auto made = again(old, {State::deferred}, clock_.now_ms() + 60'000);
  ASSERT_TRUE(made);
  database_.change([&](storage::Writer& writer) {
    LedgerEntry entries[] = {{task(old).run_id, 5, LedgerState::delivered}};
    record_outcomes(writer, entries, clock_.now_ms());
  });
  clock_.advance(std::chrono::minutes(2));
  Timetable(*database_, random_, clock_).look();
  EXPECT_EQ(task(*made).status, TaskStatus::finished);
  EXPECT_EQ(task(*made).recipients, 0);
  EXPECT_EQ(task(*made).left_out, 7);
  EXPECT_TRUE(list(query(*made))->recipients.empty());
}

TEST_F(ResendTest, a_planned_one_whose_origin_expires_fails_and_says_why) {
  const std::int64_t old = stopped_task();
  const auto made = again(old, {State::refused}, clock_.now_ms() + 60'000);
  ASSERT_TRUE(made);
  finish_deferred(old);
  database_.change([&](storage::Writer& writer) { delete_expired_ledgers(writer, clock_.now_ms() + 1, 10); });
  clock_.advance(std::chrono::minutes(2));
  Timetable(*database_, random_, clock_).look();
  EXPECT_EQ(task(*made).status, TaskStatus::failed);
  EXPECT_TRUE(task(*made).error.starts_with("the recipients of the earlier task are not kept any more"));
}

TEST_F(ResendTest, a_template_that_changed_does_not_matter) {
  upload(readers(2));
  TaskOrder wanted = order();
  wanted.template_id = make_template("The old text");
  const std::int64_t old = database_.change([&](storage::Writer& writer) {
    const auto run = prepare_run(writer, wanted, clock_.now_ms());
    return start_task(writer, random_, run->task, run->blocks);
  });
  control(stop_task, old);
  delete_templates();
  const auto now = again(old, {State::stopped});
  const auto later = again(old, {State::stopped}, clock_.now_ms() + 60'000);
  ASSERT_TRUE(now);
  ASSERT_TRUE(later);
  EXPECT_EQ(task(*now).template_id, wanted.template_id);
  clock_.advance(std::chrono::minutes(2));
  Timetable timetable(*database_, random_, clock_);
  EXPECT_FALSE(timetable.look()) << "it waits until the other one has ended";
  Runner runner = make_runner();
  for (int run = 0; run < 2; ++run) {
    auto drafts = take_all(runner);
    EXPECT_EQ(drafts.size(), 2U);
    for (const messages::Draft& draft : drafts)
      EXPECT_NE(draft.compose()->bytes.find("The old text"), std::string::npos);
    finish(std::move(drafts), messages::DeliverStatus::delivered, "250 2.0.0 queued");
    EXPECT_EQ(timetable.look(), run == 0);
    runner.notice();
  }
}

TEST_F(ResendTest, is_refused_by_name) {
  upload(readers(3));
  const std::int64_t old = start(3, packed_mailing());
  expect_refused(old, {State::waiting}, errors::kRunUnfinished);
  expect_refused(old + 1, {State::waiting}, errors::kTaskMissing);
  const auto later = plan({.type = TaskType::timed, .begin_ms = clock_.now_ms() + 60'000}, order());
  expect_refused(*later, {State::stopped}, errors::kRunUnfinished);
  control(pause_task, old);
  expect_refused(old, {State::waiting}, errors::kRunUnfinished);
  control(stop_task, old);
  expect_refused(old, {State::delivered, State::waiting}, errors::kNobodyInStates);
  control(stop_task, *later);
  expect_refused(*later, {State::stopped}, errors::kNobodyInStates);
  const std::int64_t tasks = list_all();
  set_verified(false);
  EXPECT_FALSE(again(old, {State::stopped}));
  set_verified(true);
  database_.change(
      [&](storage::Writer& writer) { delete_expired_mailings(writer, clock_.now_ms() + 1, 10); });
  expect_refused(old, {State::stopped}, errors::kContentExpired);
  EXPECT_EQ(list_all(), tasks) << "a refused call leaves no task";
}

TEST_F(ResendTest, is_refused_when_its_group_is_gone) {
  const std::int64_t old = stopped_task();
  finish_deferred(old);
  ASSERT_TRUE(database_->write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) {
    return audience::delete_group(writer, scope_, group_id_, clock_.now_ms());
  }));
  EXPECT_FALSE(again(old, {State::refused}));
}

TEST_F(ResendTest, of_a_recurring_task_takes_its_newest_run) {
  upload(readers(4));
  const auto id =
      plan({.type = TaskType::recurring, .begin_ms = clock_.now_ms() + 1000, .interval_hours = 1}, order());
  ASSERT_TRUE(id);
  Timetable timetable(*database_, random_, clock_);
  Runner runner = make_runner();
  for (int run = 0; run < 2; ++run) {
    clock_.advance(std::chrono::hours(1));
    ASSERT_TRUE(timetable.look());
    runner.notice();
    auto drafts = take_all(runner);
    ASSERT_EQ(drafts.size(), 4U);
    finish(part(drafts, run == 0 ? 3 : 1), messages::DeliverStatus::refused, "550 5.1.1 unknown");
    finish(drafts, messages::DeliverStatus::delivered, "250 2.0.0 queued");
  }
  ASSERT_EQ(task(*id).status, TaskStatus::waiting);
  const auto made = again(*id, {State::refused});
  ASSERT_TRUE(made);
  EXPECT_EQ(task(*made).recipients, 1);
}

}  // namespace
}  // namespace sesame::campaigns
