#include "campaigns/recipients_fixture.hpp"
#include "campaigns/resend.hpp"
#include "campaigns/task_control.hpp"

/// A run neither mails nor counts recipients who were removed from the group before it begins.
namespace sesame::campaigns {
namespace {

class RemovedRecipients : public RecipientListTest {
 protected:
  /// A task to the whole group, begun now.
  Task begin() {
    const auto id = database_.change([&](storage::Writer& writer) -> Result<std::int64_t> {
      const auto run = prepare_run(writer, order(), clock_.now_ms());
      if (!run) return run.error();
      return start_task(writer, random_, run->task, run->blocks);
    });
    EXPECT_TRUE(id) << id.error().reason();
    return task(id ? *id : 0);
  }
  Result<std::int64_t> again(std::int64_t task_id, RecipientState state) {
    ResendOrder order{.scope = scope_, .app_id = "1251000000", .task_id = task_id, .now_ms = clock_.now_ms()};
    order.states.set(static_cast<std::size_t>(state));
    return database_.change([&](storage::Writer& writer) { return resend_task(writer, random_, order, {}); });
  }
};

TEST_F(RemovedRecipients, a_run_neither_mails_nor_counts_them) {
  upload({"a@post.test", "b malformed"});
  upload_and_remove({"c@post.test", "d malformed", "e@post.test"});
  upload({"f@post.test"});
  Task now = begin();
  EXPECT_EQ(now.recipients, 3);
  EXPECT_EQ(now.requested, 2);
  EXPECT_EQ(now.left_out, 0);
  EXPECT_EQ(now.not_begun(), 3);
  expect_every_recipient_once(now);
  Runner runner = make_runner();
  const auto drafts = take_all(runner);
  ASSERT_EQ(drafts.size(), 2U);
  finish(drafts, messages::DeliverStatus::delivered, "250 2.0.0 queued");
  now = task(now.id);
  EXPECT_EQ(now.status, TaskStatus::finished);
  EXPECT_EQ(now.recipients, 3);
  EXPECT_EQ(now.delivered, 2);
  EXPECT_EQ(now.skipped, 1);
  expect_every_recipient_once(now);
  EXPECT_EQ(list(query(now.id))->recipients.size(), 3U);
}

TEST_F(RemovedRecipients, a_block_of_nobody_else_is_passed_over) {
  upload_and_remove(readers(20'000));
  upload({"late@post.test"});
  const Task begun = begin();
  EXPECT_EQ(begun.recipients, 1);
  Runner runner = make_runner();
  const auto drafts = take_all(runner);
  ASSERT_EQ(drafts.size(), 1U);
  finish(drafts, messages::DeliverStatus::delivered, "250 2.0.0 queued");
  EXPECT_EQ(task(begun.id).status, TaskStatus::finished);
  EXPECT_EQ(task(begun.id).skipped, 0);
}

TEST_F(RemovedRecipients, those_removed_since_a_task_was_stopped_are_not_mailed_again) {
  upload_and_remove({"gone@post.test"});
  const auto import = database_.change([&](storage::Writer& writer) -> Result<audience::Import> {
    return audience::begin_import(writer, scope_, {.group_id = group_id_}, {}, clock_.now_ms());
  });
  ASSERT_TRUE(import);
  const std::vector<audience::RowWithData> rows{{"x@post.test", {}}, {"y malformed", {}}};
  const auto prepared = audience::prepare_part(uploads_->rules(), rows, {}, clock_.now_ms());
  ASSERT_TRUE(database_.change([&](storage::Writer& writer) {
    return audience::add_part(writer, *uploads_, scope_, {import->id, 1, 1, true}, &*prepared,
                              clock_.now_ms());
  }));
  upload({"a@post.test", "b malformed", "c@post.test"});
  const Task old = begin();
  EXPECT_EQ(old.recipients, 5);
  control(stop_task, old.id);
  expect_every_recipient_once(task(old.id));
  remove(import->id);
  const auto made = again(old.id, RecipientState::stopped);
  ASSERT_TRUE(made) << made.error().reason();
  Task now = task(*made);
  EXPECT_EQ(now.recipients, 3);
  EXPECT_EQ(now.requested, 2);
  EXPECT_EQ(now.left_out, 0);  // Everybody whom the older task has and the group has still.
  expect_every_recipient_once(now);
  Runner runner = make_runner();
  const auto drafts = take_all(runner);
  ASSERT_EQ(drafts.size(), 2U);
  finish(drafts, messages::DeliverStatus::delivered, "250 2.0.0 queued");
  now = task(*made);
  EXPECT_EQ(now.status, TaskStatus::finished);
  EXPECT_EQ(now.skipped, 1);
  expect_every_recipient_once(now);
}

}  // namespace
}  // namespace sesame::campaigns
