#include "campaigns/ledger.hpp"

#include <gtest/gtest.h>

#include "campaigns/tasks.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::campaigns {
namespace {

/// A run over two blocks of five and three recipients.
class LedgerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    NewTask task;
    task.scope = scope_;
    task.app_id = "1";
    task.group_id = 9;
    task.mailing = "m";
    task.bound = 8;
    task.requested = 8;
    task.now_ms = 1000;
    const OrdinalRange blocks[] = {{0, 5}, {5, 3}};
    task_id_ = *database_->change<std::int64_t>(storage::Priority::interactive,
                                                [&](storage::Writer& writer) -> Result<std::int64_t> {
                                                  return start_task(writer, random_, task, blocks);
                                                });
  }

  void record(std::vector<LedgerEntry> entries) {
    ASSERT_TRUE(database_->write_and_wait(storage::Priority::bulk, [&](storage::Writer& writer) -> Status {
      record_outcomes(writer, entries, 2000);
      return Done{};
    }));
  }

  LedgerEntry entry(std::uint32_t ordinal, LedgerState state) { return {1, ordinal, state}; }

  std::optional<LedgerBlock> open_block(std::uint32_t from = 0) {
    return *database_->get<std::optional<LedgerBlock>>(
        [&](storage::Reader& reader) -> Result<std::optional<LedgerBlock>> {
          return next_open_block(reader, 1, from);
        });
  }

  Task task() {
    return *database_->get<Task>([&](storage::Reader& reader) { return get_task(reader, scope_, task_id_); });
  }

  testkit::TempDatabase database_;
  testkit::SeededRandom random_{1};
  const accounts::Scope scope_{1, "ap-guangzhou"};
  std::int64_t task_id_ = 0;
};

TEST_F(LedgerTest, all_recipients_are_open_at_first) {
  const auto block = open_block();
  ASSERT_TRUE(block);
  EXPECT_EQ(block->first_ordinal, 0U);
  EXPECT_EQ(block->outcomes, std::string(5, '\0'));
  EXPECT_EQ(open_block(4)->first_ordinal, 0U);
  EXPECT_EQ(open_block(5)->first_ordinal, 5U);
  EXPECT_FALSE(open_block(8));
  EXPECT_EQ(task().status, TaskStatus::sending);
  EXPECT_EQ(task().waiting(), 8);
}

TEST_F(LedgerTest, a_recorded_block_is_not_open_any_more) {
  record({entry(0, LedgerState::delivered), entry(2, LedgerState::refused), entry(1, LedgerState::delivered),
          entry(4, LedgerState::deferred), entry(3, LedgerState::dropped)});
  EXPECT_EQ(open_block()->first_ordinal, 5U);
  EXPECT_EQ(task().delivered, 2);
  EXPECT_EQ(task().refused, 1);
  EXPECT_EQ(task().deferred, 1);
  EXPECT_EQ(task().sent(), 4);
}

TEST_F(LedgerTest, a_repeat_is_not_counted_twice) {
  record({entry(0, LedgerState::delivered)});
  record({entry(0, LedgerState::delivered), entry(0, LedgerState::refused)});
  EXPECT_EQ(task().delivered, 1);
  EXPECT_EQ(task().refused, 0);
  EXPECT_EQ(open_block()->state(0), LedgerState::delivered);
}

TEST_F(LedgerTest, recipients_let_through_are_still_open) {
  const std::uint32_t indexes[] = {0, 1};
  record({entry(1, LedgerState::delivered)});
  database_.change([&](storage::Writer& writer) { mark_let_through(writer, 1, 0, indexes); });
  EXPECT_EQ(open_block()->state(0), LedgerState::let_through);
  EXPECT_EQ(open_block()->state(1), LedgerState::delivered);
  EXPECT_EQ(task().waiting(), 7);
  record({entry(0, LedgerState::delivered)});
  EXPECT_EQ(task().waiting(), 6);
}

TEST_F(LedgerTest, a_deferred_recipient_may_still_get_its_mail) {
  record({entry(6, LedgerState::deferred)});
  record({entry(6, LedgerState::deferred)});
  EXPECT_EQ(task().deferred, 1);
  record({entry(6, LedgerState::delivered)});
  EXPECT_EQ(task().deferred, 0);
  EXPECT_EQ(task().delivered, 1);
}

TEST_F(LedgerTest, the_task_finishes_when_all_recipients_have_an_outcome) {
  std::vector<LedgerEntry> entries;
  for (std::uint32_t ordinal = 0; ordinal < 7; ++ordinal)
    entries.push_back(entry(ordinal, LedgerState::delivered));
  record(entries);
  EXPECT_EQ(task().status, TaskStatus::sending);
  record({entry(7, LedgerState::deferred)});
  EXPECT_EQ(task().status, TaskStatus::finished);
  EXPECT_EQ(task().finished_ms, 2000);
  EXPECT_FALSE(open_block());
}

TEST_F(LedgerTest, entries_outside_the_run_change_nothing) {
  record({entry(8, LedgerState::delivered), {77, 0, LedgerState::delivered}});
  EXPECT_EQ(task().delivered, 0);
  EXPECT_EQ(task().waiting(), 8);
}

TEST_F(LedgerTest, finds_groups_with_mail_under_way) {
  const auto mailed = [&](std::int64_t group) {
    return *database_->get<bool>(
        [&](storage::Reader& reader) -> Result<bool> { return group_is_mailed(reader, group); });
  };
  EXPECT_TRUE(mailed(9));
  EXPECT_FALSE(mailed(10));

  // A finished task with deferred mail still needs the group's recipients for the retries.
  std::vector<LedgerEntry> entries;
  for (std::uint32_t ordinal = 0; ordinal < 8; ++ordinal)
    entries.push_back(entry(ordinal, LedgerState::deferred));
  record(entries);
  EXPECT_EQ(task().status, TaskStatus::finished);
  EXPECT_TRUE(mailed(9));
  for (LedgerEntry& each : entries) each.state = LedgerState::delivered;
  record(entries);
  EXPECT_FALSE(mailed(9));
}

TEST_F(LedgerTest, returned_mail_moves_from_delivered_to_refused_once) {
  record({entry(0, LedgerState::delivered), entry(1, LedgerState::dropped)});
  for (const std::uint32_t ordinal : {0U, 0U, 1U, 2U, 999U})
    database_.change([&](storage::Writer& writer) { record_returned(writer, 1, ordinal); });
  EXPECT_EQ(task().delivered, 0);
  EXPECT_EQ(task().refused, 1);
  EXPECT_EQ(task().dropped, 1);
}

}  // namespace
}  // namespace sesame::campaigns
