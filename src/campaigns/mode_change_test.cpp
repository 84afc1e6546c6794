#include "campaigns/mode_change.hpp"

#include "campaigns/runner_fixture.hpp"

namespace sesame::campaigns {
namespace {

class ModeChange : public RunnerTest {
 protected:
  KeptInSandbox enter(bool sandbox) {
    return database_.change(
        [&](storage::Writer& writer) { return enter_mode(writer, sandbox, clock_.now_ms()); });
  }
  bool is_sandboxed(std::int64_t task_id) {
    return database_.look(
        [&](storage::Reader& reader) { return get_task(reader, scope_, task_id).value().sandboxed; });
  }
};

TEST_F(ModeChange, marks_what_waits_when_the_sandbox_ends) {
  EXPECT_EQ(enter(true).tasks, 0);
  upload(readers(3));
  const std::int64_t begun = start(3, packed_mailing());
  const std::int64_t planned =
      plan({.type = TaskType::timed, .begin_ms = clock_.now_ms() + 3'600'000}, order()).value();
  Runner runner = runner_with_lists();
  defer(runner.take(1));
  const KeptInSandbox kept = enter(false);
  EXPECT_EQ(kept.tasks, 2);
  EXPECT_EQ(kept.mails, 0) << "the mark of its task keeps the mail that waits";
  EXPECT_TRUE(is_sandboxed(begun));
  EXPECT_TRUE(is_sandboxed(planned));

  Runner restarted = runner_with_lists();
  const auto drafts = restarted.take(10);
  ASSERT_EQ(drafts.size(), 2U);
  for (const messages::Draft& draft : drafts) EXPECT_TRUE(draft.sandboxed) << draft.to_address;
  defer(drafts);
  clock_.advance(std::chrono::minutes(6));
  const auto waiting = due();
  ASSERT_EQ(waiting.size(), 3U);
  const auto retried = restarted.drafts(waiting);
  ASSERT_TRUE(retried);
  for (const messages::Draft& draft : *retried) EXPECT_TRUE(draft.sandboxed) << draft.to_address;

  const std::int64_t later = start(3, packed_mailing());
  EXPECT_EQ(enter(false).tasks, 0) << "a further start marks nothing";
  EXPECT_FALSE(is_sandboxed(later));
}

TEST_F(ModeChange, marks_single_mails_that_wait) {
  enter(true);
  database_.change([&](storage::Writer& writer) {
    messages::NewMessage mail;
    mail.id = {scope_.account_id, accounts::MailId::Kind::send, 1, 0};
    mail.scope = scope_;
    mail.requested_ms = clock_.now_ms();
    messages::enqueue(writer, std::span(&mail, 1));
  });
  EXPECT_EQ(enter(false).mails, 1);
  const auto waiting = due();
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_TRUE(waiting.front().sandboxed);
}

TEST_F(ModeChange, leaves_alone_what_was_ordered_before_the_sandbox) {
  enter(false);
  upload(readers(1));
  const std::int64_t real = start(1, packed_mailing());
  clock_.advance(std::chrono::minutes(1));
  enter(true);
  clock_.advance(std::chrono::minutes(1));
  const std::int64_t tried_out = start(1, packed_mailing());
  EXPECT_EQ(enter(true).tasks, 0) << "a further start in the sandbox keeps the moment at which it began";
  EXPECT_EQ(enter(false).tasks, 1);
  EXPECT_FALSE(is_sandboxed(real));
  EXPECT_TRUE(is_sandboxed(tried_out));
}

TEST_F(ModeChange, leaves_alone_what_was_ordered_while_mail_left) {
  upload(readers(1));
  const std::int64_t before_it_was_stored = start(1, packed_mailing());
  EXPECT_EQ(enter(false).tasks, 0);
  EXPECT_EQ(enter(false).tasks, 0);
  EXPECT_FALSE(is_sandboxed(before_it_was_stored));
}

}  // namespace
}  // namespace sesame::campaigns
