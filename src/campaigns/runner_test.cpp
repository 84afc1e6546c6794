#include "campaigns/runner.hpp"

#include <map>
#include <set>

#include "audience/custom_blocks.hpp"
#include "campaigns/runner_fixture.hpp"
#include "campaigns/sends.hpp"
#include "campaigns/suppression_filter.hpp"
#include "campaigns/task_control.hpp"

namespace sesame::campaigns {
namespace {

TEST_F(RunnerTest, everybody_gets_one_letter) {
  upload(readers(50));
  start(50, packed_mailing());
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  std::set<std::string> seen;
  for (auto letters = runner.take(7); !letters.empty(); letters = runner.take(7)) {
    EXPECT_LE(letters.size(), 7U);
    for (const messages::Draft& letter : letters) EXPECT_TRUE(seen.insert(letter.to_address).second);
  }
  EXPECT_EQ(seen.size(), 50U);
}

TEST_F(RunnerTest, a_letter_is_composed_and_signed) {
  upload(readers(1));
  start(1, packed_mailing());
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  const auto letters = runner.take(1);
  ASSERT_EQ(letters.size(), 1U);
  const Result<content::Mail> mail = letters[0].compose();
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->envelope_to, "reader0@post.test");
  EXPECT_NE(mail->bytes.find("DKIM-Signature:"), std::string::npos);
}

TEST_F(RunnerTest, after_a_crash_only_those_without_an_outcome_are_mailed_again) {
  upload(readers(30));
  const std::int64_t id = start(30, packed_mailing());
  std::set<std::string> recorded;
  {
    Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
    const auto letters = runner.take(20);
    const std::vector<messages::Draft> done(letters.begin(), letters.begin() + 12);
    record(done, LedgerState::delivered);
    for (const messages::Draft& letter : done) recorded.insert(letter.to_address);
  }
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  const auto rest = runner.take(100);
  EXPECT_EQ(rest.size(), 18U);
  for (const messages::Draft& letter : rest) EXPECT_FALSE(recorded.contains(letter.to_address));
  record(rest, LedgerState::delivered);
  EXPECT_EQ(task(id).status, TaskStatus::finished);
}

TEST_F(RunnerTest, a_repeat_carries_the_same_identifiers) {
  upload(readers(1));
  start(1, packed_mailing());
  std::vector<std::string> ids;
  std::vector<std::string> heads;
  for (int start = 0; start < 2; ++start) {
    Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
    const auto letters = runner.take(1);
    ids.push_back(letters[0].message_id);
    const std::string bytes = letters[0].compose()->bytes;
    const std::size_t at = bytes.find("Message-ID:");
    heads.push_back(bytes.substr(at, bytes.find('\n', at) - at));
  }
  EXPECT_EQ(ids[0], ids[1]);
  EXPECT_EQ(heads[0], heads[1]);
}

TEST_F(RunnerTest, malformed_addresses_are_skipped_and_the_task_ends) {
  upload({"a@post.test", "123", "b@post.test", "not an address"});
  const std::int64_t id = start(4, packed_mailing());
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  const auto letters = runner.take(10);
  ASSERT_EQ(letters.size(), 2U);
  EXPECT_EQ(task(id).skipped, 2);
  record(letters, LedgerState::delivered);
  EXPECT_EQ(task(id).status, TaskStatus::finished);
}

TEST_F(RunnerTest, suppressed_recipients_get_a_letter_that_is_withheld) {
  upload({"a@post.test", "B@post.test", "c@post.test", "not an address", "d@post.test"});
  database_.change([&](storage::Writer& writer) {
    const std::vector<std::string> blocked = {"b@post.test"};
    ASSERT_TRUE(audience::add_custom_blocks(writer, scope_, blocked, std::nullopt, clock_.now_ms()));
    const audience::NewHardBounce bounced[] = {{scope_, "c@post.test", "550 5.1.1 gone", clock_.now_ms()}};
    audience::record_hard_bounces(writer, bounced, {}, clock_.now_ms());
  });
  const std::int64_t id = start(5, packed_mailing(), 4);
  SuppressionFilter suppression{{}};
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_,
                {MailFilters({&suppression}), {}});
  const auto letters = runner.take(10);
  ASSERT_EQ(letters.size(), 4U);
  EXPECT_EQ(letters[0].send_status, 0);
  EXPECT_EQ(letters[1].send_status, 3020);
  EXPECT_EQ(letters[1].to_address, "B@post.test");
  EXPECT_FALSE(letters[1].compose);
  EXPECT_EQ(letters[2].send_status, 1007);
  EXPECT_NE(letters[2].because, "");
  EXPECT_EQ(letters[3].send_status, 0);

  record({letters[0], letters[3]}, LedgerState::delivered);
  EXPECT_EQ(task(id).waiting(), 2);
  record({letters[1], letters[2]}, LedgerState::withheld);
  EXPECT_EQ(task(id).withheld, 2);
  EXPECT_EQ(task(id).skipped, 1);
  EXPECT_EQ(task(id).sent(), 2);
  EXPECT_EQ(task(id).waiting(), 0);
  EXPECT_EQ(task(id).status, TaskStatus::finished);
}

TEST_F(RunnerTest, recipients_added_later_are_not_in_the_run) {
  upload(readers(5));
  start(5, packed_mailing());
  upload({"late@post.test"});
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  EXPECT_EQ(runner.take(100).size(), 5U);
}

TEST_F(RunnerTest, a_small_task_does_not_wait_behind_a_large_one) {
  upload(readers(100));
  start(100, packed_mailing());
  start(10, packed_mailing());
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  std::set<std::int64_t> runs;
  for (const messages::Draft& letter : runner.take(20)) runs.insert(letter.id.parent_id);
  EXPECT_EQ(runs.size(), 2U);
}

TEST_F(RunnerTest, a_run_that_cannot_be_read_fails_with_its_reason) {
  upload(readers(1));
  const std::int64_t id = start(1, "not a mailing");
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  EXPECT_TRUE(runner.take(10).empty());
  EXPECT_EQ(task(id).status, TaskStatus::failed);
  EXPECT_NE(task(id).error.find("content.mailing_unreadable"), std::string::npos);
}

TEST_F(RunnerTest, a_fault_of_the_database_ends_no_run) {
  upload(readers(5));
  const std::int64_t id = start(5, packed_mailing());
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  const auto run = [&](const storage::Sql& statement) {
    database_.change([&](storage::Writer& writer) { writer.run(statement); });
  };
  // The run can't be opened first, and then its recipients can't be read.
  const std::pair<storage::Sql, storage::Sql> faults[] = {
      {{"test.lose_column", "ALTER TABLE run RENAME COLUMN mailing TO lost"},
       {"test.find_column", "ALTER TABLE run RENAME COLUMN lost TO mailing"}},
      {{"test.lose_table", "ALTER TABLE run_block RENAME TO lost"},
       {"test.find_table", "ALTER TABLE lost RENAME TO run_block"}}};
  for (const auto& [lose, find] : faults) {
    run(lose);
    EXPECT_TRUE(runner.take(10).empty()) << lose.name;
    run(find);
    EXPECT_EQ(task(id).status, TaskStatus::sending) << lose.name;
  }
  EXPECT_EQ(take_all(runner).size(), 5U);
}

TEST_F(RunnerTest, a_paused_task_mails_no_further_recipient_and_continues_where_it_stopped) {
  upload(readers(30));
  const std::int64_t id = start(30, packed_mailing());
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  const auto first = runner.take(12);
  control(pause_task, id);
  runner.notice();
  EXPECT_TRUE(runner.take(100).empty());
  EXPECT_EQ(task(id).status, TaskStatus::paused);
  record({first.begin(), first.begin() + 5}, LedgerState::delivered);
  control(resume_task, id);
  runner.notice();
  EXPECT_EQ(task(id).status, TaskStatus::sending);
  const auto rest = take_all(runner);
  // Mails in flight are not handed out a second time.
  EXPECT_EQ(rest.size(), 18U);
  record(first, LedgerState::delivered);
  record(rest, LedgerState::delivered);
  EXPECT_EQ(task(id).status, TaskStatus::finished);
  EXPECT_EQ(task(id).delivered, 30);
}

TEST_F(RunnerTest, a_recipient_who_says_no_after_the_hand_out_is_withheld) {
  upload(readers(5));
  start(5, packed_mailing());
  Runner runner = runner_with_lists();
  auto drafts = runner.take(10);
  unsubscribe("Reader3@POST.test");
  EXPECT_EQ(changed(drafts), std::vector<std::uint32_t>{3});
  const auto permissions = judge(runner, drafts);
  EXPECT_EQ(permissions[3], messages::Permission::withheld);
  EXPECT_EQ(drafts[3].send_status, 1013);
  EXPECT_NE(drafts[3].because, "");
  EXPECT_EQ(permissions[2], messages::Permission::granted);
  EXPECT_TRUE(changed(drafts).empty()) << "it was judged as of now";
}

TEST_F(RunnerTest, a_pause_takes_back_what_was_handed_out_and_resume_hands_it_out_again) {
  upload(readers(30));
  const std::int64_t id = start(30, packed_mailing());
  Runner runner = runner_with_lists();
  auto first = runner.take(12);
  control(pause_task, id);
  EXPECT_EQ(changed(first).size(), 12U);
  for (const messages::Permission permission : judge(runner, first))
    EXPECT_EQ(permission, messages::Permission::held);
  runner.take_back(ids_of(first));
  runner.notice();
  EXPECT_TRUE(runner.take(100).empty());
  unsubscribe("reader3@post.test");
  control(resume_task, id);
  runner.notice();
  std::set<std::string> mailed;
  std::vector<messages::Draft> withheld;
  for (messages::Draft& draft : take_all(runner)) {
    EXPECT_TRUE(mailed.insert(draft.to_address).second) << draft.to_address;
    if (draft.withheld()) withheld.push_back(std::move(draft));
  }
  EXPECT_EQ(mailed.size(), 30U);
  ASSERT_EQ(withheld.size(), 1U);
  EXPECT_EQ(withheld[0].to_address, "reader3@post.test");
  EXPECT_FALSE(withheld[0].compose);
}

TEST_F(RunnerTest, a_stop_forbids_what_was_handed_out) {
  upload(readers(5));
  const std::int64_t id = start(5, packed_mailing());
  Runner runner = runner_with_lists();
  auto drafts = runner.take(10);
  control(stop_task, id);
  EXPECT_EQ(changed(drafts).size(), 5U);
  for (const messages::Permission permission : judge(runner, drafts))
    EXPECT_EQ(permission, messages::Permission::stopped);
  EXPECT_EQ(drafts[0].because, "stopped on request before everybody was mailed");
}

TEST_F(RunnerTest, a_stop_makes_waiting_mail_due_so_that_it_ends) {
  upload(readers(5));
  const std::int64_t id = start(5, packed_mailing());
  Runner runner = runner_with_lists();
  defer(runner.take(10));
  EXPECT_EQ(task(id).status, TaskStatus::finished);
  EXPECT_TRUE(due().empty());
  control(stop_task, id);
  EXPECT_EQ(task(id).status, TaskStatus::failed);
  runner.notice();
  runner.take(10);
  const auto waiting = due();
  ASSERT_EQ(waiting.size(), 5U);
  const auto drafts = runner.drafts(waiting);
  ASSERT_TRUE(drafts);
  for (const messages::Draft& draft : *drafts) {
    EXPECT_EQ(draft.permission, messages::Permission::stopped);
    EXPECT_FALSE(draft.compose);
  }
  EXPECT_FALSE(database_->write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) {
    return stop_task(writer, scope_, id, clock_.now_ms());
  })) << "it has ended for good";
}

TEST_F(RunnerTest, a_retry_to_somebody_who_unsubscribed_is_withheld) {
  upload(readers(3));
  start(3, packed_mailing());
  Runner runner = runner_with_lists();
  defer(runner.take(10));
  unsubscribe("reader1@post.test");
  clock_.advance(std::chrono::minutes(6));
  const auto drafts = runner.drafts(due());
  ASSERT_TRUE(drafts);
  for (const messages::Draft& draft : *drafts)
    EXPECT_EQ(draft.withheld(), draft.to_address == "reader1@post.test") << draft.to_address;
}

TEST_F(RunnerTest, the_lists_are_read_when_recipients_are_handed_out_not_with_their_block) {
  const auto count = static_cast<int>(OpenRun::kJudgedTogether) + 10;
  upload(readers(count));
  start(static_cast<std::uint32_t>(count), packed_mailing());
  Runner runner = runner_with_lists();
  runner.take(100);
  unsubscribe("reader" + std::to_string(count - 1) + "@post.test");
  const auto rest = take_all(runner);
  ASSERT_FALSE(rest.empty());
  EXPECT_TRUE(rest.back().withheld());
}

TEST_F(RunnerTest, a_mail_has_the_date_of_its_composition) {
  upload(readers(2));
  start(2, packed_mailing());
  Runner runner = runner_with_lists();
  const auto drafts = runner.take(2);
  const std::string early = drafts[0].compose()->bytes;
  clock_.advance(std::chrono::hours(24 * 8));
  const std::string late = drafts[0].compose()->bytes;
  const auto field = [](const std::string& mail, const std::string& name) {
    const std::size_t at = mail.find(name);
    return mail.substr(at, mail.find("\r\n", at) - at);
  };
  EXPECT_NE(field(early, "\nDate:"), field(late, "\nDate:"));
  EXPECT_EQ(field(early, "\nMessage-ID:"), field(late, "\nMessage-ID:"));
}

TEST_F(RunnerTest, a_pause_survives_a_crash) {
  upload(readers(20));
  const std::int64_t id = start(20, packed_mailing());
  {
    Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
    record(runner.take(5), LedgerState::delivered);
    control(pause_task, id);
  }
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  EXPECT_TRUE(runner.take(100).empty());
  control(resume_task, id);
  runner.notice();
  EXPECT_EQ(take_all(runner).size(), 15U);
}

TEST_F(RunnerTest, a_stopped_task_is_failed_and_mail_in_flight_still_counts) {
  upload(readers(20));
  const std::int64_t id = start(20, packed_mailing());
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  const auto flying = runner.take(6);
  control(stop_task, id);
  runner.notice();
  EXPECT_TRUE(runner.take(100).empty());
  record(flying, LedgerState::delivered);
  EXPECT_EQ(task(id).status, TaskStatus::failed);
  EXPECT_TRUE(task(id).error.starts_with("stopped"));
  EXPECT_EQ(task(id).delivered, 6);
  EXPECT_EQ(task(id).waiting(), 0);
  EXPECT_FALSE(database_->write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) {
    return resume_task(writer, scope_, id, clock_.now_ms());
  }));
}

TEST_F(RunnerTest, a_run_waits_until_its_sender_domain_is_verified_again) {
  upload(readers(20));
  const std::int64_t id = start(10, packed_mailing());
  set_verified(false);
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  EXPECT_TRUE(runner.take(10).empty());
  EXPECT_EQ(task(id).status, TaskStatus::paused);
  EXPECT_NE(task(id).error.find("is not verified"), std::string::npos);
  Timetable timetable(*database_, random_, clock_);
  EXPECT_FALSE(timetable.look());
  set_verified(true);
  clock_.advance(std::chrono::minutes(10));
  EXPECT_TRUE(timetable.look());
  EXPECT_EQ(task(id).error, "");
  runner.notice();
  EXPECT_EQ(runner.take(20).size(), 10U);
}

TEST_F(RunnerTest, many_long_runs_of_one_account_do_not_delay_another) {
  upload(readers(100));
  const OrdinalRange halves[] = {{0, 50}, {50, 50}};
  const NewTask task = new_task(100, packed_mailing());
  for (std::size_t i = 0; i < Runner::kRunsAtOnce + 8; ++i) start(task, halves);
  ASSERT_TRUE(database_.change(
      [&](storage::Writer& writer) { return accounts::create_account(writer, random_, "other", 10, 1); }));
  NewTask others = task;
  others.scope.account_id = 2;
  others.sender = "news@other.test";
  others.sender_domain = "other.test";
  add_sender(others.scope, others.sender_domain);
  start(others, halves);
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  std::map<std::int64_t, std::size_t> letters;
  std::size_t handed_out_before = 0;
  for (auto some = runner.take(64); !some.empty(); some = runner.take(64)) {
    for (const messages::Draft& letter : some) ++letters[letter.id.parent_id];
    if (letters.contains(static_cast<std::int64_t>(Runner::kRunsAtOnce) + 9) && handed_out_before == 0) {
      for (const auto& [run, count] : letters) handed_out_before += count;
    }
  }
  EXPECT_EQ(letters.size(), Runner::kRunsAtOnce + 9);
  for (const auto& [run, count] : letters) EXPECT_EQ(count, 100U) << run;
  // Its turn came after the other runs' first blocks, not after their end.
  EXPECT_LE(handed_out_before, Runner::kRunsAtOnce * 50 + 128);
}

TEST_F(RunnerTest, a_run_whose_template_is_deleted_continues_with_its_snapshot) {
  upload(readers(20));
  TaskOrder wanted = order();
  wanted.template_id = make_template("Good news");
  const std::int64_t id = database_.change([&](storage::Writer& writer) {
    const auto run = prepare_run(writer, wanted, clock_.now_ms());
    const OrdinalRange halves[] = {{0, 10}, {10, 10}};
    return start_task(writer, random_, run->task, halves);
  });
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  EXPECT_EQ(runner.take(10).size(), 10U);
  delete_templates();
  const auto rest = runner.take(10);
  ASSERT_EQ(rest.size(), 10U);
  const auto mail = rest.front().compose();
  ASSERT_TRUE(mail);
  EXPECT_NE(mail->bytes.find("Good news"), std::string::npos);
  EXPECT_EQ(task(id).status, TaskStatus::sending);
}

TEST_F(RunnerTest, a_group_of_nothing_but_malformed_addresses_is_refused) {
  const auto refusal = [&] {
    const auto run = database_.look(
        [&](storage::Reader& reader) { return prepare_run(reader, order(), clock_.now_ms()); });
    return run ? std::string("none") : std::string(run.error().reason());
  };
  EXPECT_EQ(refusal(), "campaigns.group_not_ready");
  upload({"nobody", "no body@post.test", "@post.test"});
  EXPECT_EQ(refusal(), "campaigns.group_not_ready");
  upload({"ann@post.test"});
  EXPECT_EQ(refusal(), "none");
}

TEST_F(RunnerTest, makes_the_drafts_of_due_messages) {
  upload(readers(20));
  start(20, packed_mailing());
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  const auto taken = runner.take(20);
  messages::DueMessage of_no_run;
  of_no_run.id = {1, accounts::MailId::Kind::run, 99, 0};
  const messages::DueMessage due[] = {
      {messages::Envelope(taken[17])}, {messages::Envelope(taken[3])}, of_no_run};
  const auto found = runner.drafts(due);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 3U);
  for (const messages::Draft& draft : *found) {
    const Result<content::Mail> mail = draft.compose();
    EXPECT_EQ(mail.ok(), draft.id.parent_id != 99);
    if (!mail) continue;
    EXPECT_EQ(mail->envelope_to, taken[draft.id.ordinal].to_address);
    EXPECT_EQ(draft.message_id, taken[draft.id.ordinal].message_id);
  }
}

TEST_F(RunnerTest, a_single_send_shows_its_recipients_except_bcc) {
  NewSend send;
  send.scope = scope_;
  send.app_id = "1";
  send.from_address = "news@mail.shop.test";
  send.sender_domain = "mail.shop.test";
  send.mailing = packed_mailing();
  send.to = {"a@post.test"};
  send.cc = {"c@post.test"};
  send.bcc = {"b@post.test"};
  send.now_ms = clock_.now_ms();
  const StoredSend stored =
      database_.change([&](storage::Writer& writer) { return create_send(writer, random_, send); });
  ASSERT_EQ(stored.envelopes, (std::vector<std::string>{"a@post.test", "c@post.test", "b@post.test"}));
  Runner runner(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  messages::DueMessage blind[1];
  blind[0].id = {1, accounts::MailId::Kind::send, stored.id, 2};
  const auto letters = runner.drafts(blind);
  ASSERT_TRUE(letters);
  const Result<content::Mail> mail = (*letters)[0].compose();
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->envelope_to, "b@post.test");
  const std::string head = mail->bytes.substr(0, mail->bytes.find("\r\n\r\n"));
  EXPECT_NE(head.find("To: a@post.test"), std::string::npos);
  EXPECT_EQ(head.find("b@post.test"), std::string::npos);

  const std::int64_t ids[] = {stored.id, stored.id, stored.id};
  database_.change([&](storage::Writer& writer) { close_envelopes(writer, ids); });
  Runner later(*database_, ComposeContext{signers_.get(), &clock_}, changes_);
  EXPECT_FALSE((*later.drafts(blind))[0].compose());
}

}  // namespace
}  // namespace sesame::campaigns
