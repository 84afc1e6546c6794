#include "campaigns/mode_change.hpp"

#include "campaigns/runner_fixture.hpp"

namespace sesame::campaigns {
namespace {

class ModeChange : public RunnerTest {
 protected:
  KeptInSandbox enter(bool sandbox) {
    return database_.change([&](storage::Writer& writer) { return enter_mode(writer, sandbox); });
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
  EXPECT_EQ(kept.mails, 1);
  EXPECT_TRUE(is_sandboxed(begun));
  EXPECT_TRUE(is_sandboxed(planned));

  Runner restarted = runner_with_lists();
  const auto drafts = restarted.take(10);
  ASSERT_EQ(drafts.size(), 2U);
  for (const messages::Draft& draft : drafts) EXPECT_TRUE(draft.sandboxed) << draft.to_address;
  clock_.advance(std::chrono::minutes(6));
  const auto waiting = due();
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_TRUE(waiting.front().sandboxed);

  const std::int64_t later = start(3, packed_mailing());
  EXPECT_EQ(enter(false).tasks, 0) << "a further start marks nothing";
  EXPECT_FALSE(is_sandboxed(later));
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
