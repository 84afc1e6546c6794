#include "accounts/audit_queue.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "accounts/accounts.hpp"
#include "accounts/audit_list.hpp"
#include "testkit/eventually.hpp"
#include "testkit/faulty_disk.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::accounts {
namespace {

constexpr std::int64_t kRowsMax = 20'000;

/// The queue of two accounts. Its destruction writes what waits.
class AuditQueueTest : public testing::Test {
 protected:
  AuditQueueTest() : secrets_(SecretBox::open(folder_.path(), random_).value()), log_(secrets_) {
    database_.change([&](storage::Writer& writer) {
      first_ = create_account(writer, random_, "first", 10, 1).value().id;
      second_ = create_account(writer, random_, "second", 10, 1).value().id;
    });
    queue_ = std::make_unique<AuditQueue>(*database_, log_, clock_);
  }
  ~AuditQueueTest() override {
    queue_.reset();
    database_.close();
  }

  static storage::SqliteOptions on(const testkit::FaultyDisk& disk) {
    storage::SqliteOptions options;
    options.vfs = disk.name();
    return options;
  }
  AuditEntry entry(std::string action, std::int64_t account_id, std::string code = "OK") const {
    AuditEntry made;
    made.at_ms = clock_.now_ms();
    made.account_id = made.actor_account_id = account_id;
    made.actor_kind = ActorKind::credential;
    made.actor = "AKID";
    made.client = "sdk";
    made.peer = "192.0.2.1";
    made.action = std::move(action);
    made.target = "TaskId=1";
    made.code = std::move(code);
    return made;
  }
  /// An account's entries, the newest first, when all are written.
  std::vector<AuditEntry> written(std::int64_t account_id) {
    queue_.reset();
    return entries_of(account_id);
  }
  std::vector<AuditEntry> entries_of(std::int64_t account_id) {
    return database_.look([&](storage::Reader& reader) {
      std::vector<AuditEntry> found;
      AuditQuery query{.account_id = account_id, .limit = kRowsMax};
      for (ListedEntry& listed : list_audit_entries(reader, query).entries)
        found.push_back(std::move(listed.entry));
      return found;
    });
  }

  testkit::FaultyDisk disk_;
  testkit::ManualClock clock_;
  testkit::SeededRandom random_;
  testkit::TempDir folder_;
  testkit::TempDatabase database_{on(disk_)};
  SecretBox secrets_;
  AuditLog log_;
  std::unique_ptr<AuditQueue> queue_;
  std::int64_t first_ = 0, second_ = 0;
};

std::int64_t acts_of(const std::vector<AuditEntry>& entries) {
  std::int64_t acts = 0;
  for (const AuditEntry& entry : entries) acts += entry.count;
  return acts;
}

TEST_F(AuditQueueTest, acts_of_one_kind_are_counted_by_the_minute) {
  const AuditEntry act = entry("SendEmail", first_);
  const AuditKind kind{act.account_id, act.actor, act.client, act.peer, act.action, act.code};
  EXPECT_FALSE(queue_->count_again(kind)) << "the first of a kind becomes an entry";
  for (int i = 0; i < 50; ++i) queue_->count(act);
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(queue_->count_again(kind));
  queue_->count(entry("SendEmail", first_, "InvalidParameter"));
  clock_.advance(std::chrono::seconds(61));
  queue_->tick();
  for (int i = 0; i < 7; ++i) queue_->count(entry("SendEmail", first_));
  std::multiset<std::pair<std::string, std::int64_t>> counts;
  for (const AuditEntry& one : written(first_)) counts.emplace(one.code, one.count);
  const std::multiset<std::pair<std::string, std::int64_t>> expected{
      {"InvalidParameter", 1}, {"OK", 1}, {"OK", 99}, {"OK", 7}};
  EXPECT_EQ(counts, expected);
}

TEST_F(AuditQueueTest, the_first_of_a_kind_has_its_target_and_the_sum_has_none) {
  for (int i = 0; i < 3; ++i) queue_->count(entry("SendEmail", first_));
  const std::vector<AuditEntry> entries = written(first_);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].count, 2);
  EXPECT_EQ(entries[0].target, "");
  EXPECT_EQ(entries[1].count, 1);
  EXPECT_EQ(entries[1].target, "TaskId=1");
}

TEST_F(AuditQueueTest,
       more_kinds_of_an_account_than_are_kept_apart_are_counted_without_names_and_none_is_lost) {
  constexpr std::size_t kMany = 5 * AuditQueue::kKindsMax;
  for (std::size_t i = 0; i < kMany; ++i) {
    AuditEntry act = entry("SendEmail", first_);
    act.client = "client " + std::to_string(i);
    queue_->count(act);
  }
  for (std::size_t i = 0; i < kMany; ++i) queue_->count(entry("Action" + std::to_string(i), first_));
  const std::vector<AuditEntry> entries = written(first_);
  EXPECT_EQ(acts_of(entries), static_cast<std::int64_t>(2 * kMany));
  EXPECT_LE(entries.size(), 4 * AuditQueue::kKindsMax + 2);
  EXPECT_EQ(entries.front().actor, "");
}

TEST_F(AuditQueueTest, one_account_takes_no_room_from_another_and_refusals_none_from_sends) {
  for (std::size_t i = 0; i < 100 * AuditQueue::kKindsMax; ++i) {
    AuditEntry act = entry("DeleteReceiver" + std::to_string(i), first_, "NotAllowed");
    act.client = std::to_string(i);
    queue_->count(act);
  }
  for (const std::int64_t account_id : {first_, second_}) {
    queue_->count(entry("SendEmail", account_id));
    queue_->count(entry("SendEmail", account_id));
  }
  const std::vector<AuditEntry> theirs = written(second_);
  ASSERT_EQ(theirs.size(), 2U);
  EXPECT_EQ(theirs[0].actor, "AKID");
  EXPECT_EQ(theirs[0].peer, "192.0.2.1");
  queue_ = std::make_unique<AuditQueue>(*database_, log_, clock_);
  std::int64_t named = 0;
  for (const AuditEntry& own : written(first_)) named += own.action == "SendEmail" && own.actor == "AKID";
  EXPECT_EQ(named, 2);
}

TEST_F(AuditQueueTest, addresses_of_one_ipv6_network_are_one_kind) {
  for (int i = 1; i <= 40; ++i) {
    AuditEntry guess = entry("Login", first_, "LoginFailed");
    guess.peer = "2001:db8:1:2::" + std::to_string(i);
    queue_->count(guess);
  }
  const std::vector<AuditEntry> entries = written(first_);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].count, 39);
  EXPECT_EQ(entries[0].peer, "2001:db8:1:2::/64");
  EXPECT_EQ(entries[1].peer, "2001:db8:1:2::1");
}

TEST_F(AuditQueueTest, an_account_that_fills_the_queue_leaves_room_for_others) {
  disk_.set_full(true);
  for (std::size_t i = 0; i < AuditQueue::kWaitingMax + 500; ++i) queue_->add(entry("Own", first_));
  for (int i = 0; i < 1000; ++i) queue_->add(entry("Theirs", second_));
  disk_.set_full(false);
  EXPECT_TRUE(testkit::eventually([&] {
    queue_->tick();
    return entries_of(second_).size() == 1000U;
  }));
  EXPECT_LE(written(first_).size(), AuditQueue::kWaitingMax + AuditQueue::kBatchMax);
}

}  // namespace
}  // namespace sesame::accounts
