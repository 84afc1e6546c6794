#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "testkit/faulty_disk.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::storage {
namespace {

constexpr ErrorName kChangedMyMind{"test.changed_my_mind", Fault::state};

constexpr Sql kCreate{"test.create", "CREATE TABLE note (id INTEGER PRIMARY KEY, bytes BLOB)"};
constexpr Sql kAdd{"test.add", "INSERT INTO note (id, bytes) VALUES (?1, zeroblob(?2))"};
constexpr Sql kOverwrite{"test.overwrite", "UPDATE note SET bytes = randomblob(8000)"};
constexpr Sql kList{"test.list", "SELECT id FROM note ORDER BY id"};

class DiskFailureTest : public testing::Test {
 protected:
  DiskFailureTest() {
    SqliteOptions options;
    options.vfs = disk_.name();
    options.writer_cache_bytes = 256 << 10;  // A larger job reaches the disk before its commit.
    database_ = std::make_unique<testkit::TempDatabase>(options);
    (*database_)->on_rollback([this] { ++forgotten_; });
    database_->change([](Writer& writer) { writer.run(kCreate); });
  }
  ~DiskFailureTest() override { database_.reset(); }

  std::string add(std::int64_t id, std::int64_t bytes = 10) {
    const Status status =
        database_->change([&](Writer& writer) -> Status { return writer.run(kAdd, id, bytes), Done{}; });
    return std::string(status ? "ok" : status.error().reason());
  }
  std::vector<std::int64_t> ids() {
    return database_->look([](Reader& reader) {
      std::vector<std::int64_t> found;
      for (auto rows = reader.query(kList); rows->next();) found.push_back(rows->next_integer());
      return found;
    });
  }

  testkit::FaultyDisk disk_;
  std::unique_ptr<testkit::TempDatabase> database_;
  int forgotten_ = 0;
};

TEST_F(DiskFailureTest, a_full_disk_refuses_by_name_and_heals_by_itself) {
  EXPECT_EQ(add(1), "ok");
  disk_.set_full(true);
  EXPECT_EQ(add(2), "storage.full");
  EXPECT_EQ(add(3), "storage.full");
  EXPECT_THAT(ids(), testing::ElementsAre(1));
  disk_.set_full(false);
  EXPECT_EQ(add(4), "ok");
  EXPECT_THAT(ids(), testing::ElementsAre(1, 4));
  database_->reopen();
  EXPECT_THAT(ids(), testing::ElementsAre(1, 4));
}

TEST_F(DiskFailureTest, a_job_larger_than_the_cache_fails_by_name_in_the_middle_of_its_work) {
  disk_.set_full(true);
  EXPECT_EQ(add(1, 4 << 20), "storage.full");
  disk_.set_full(false);
  EXPECT_EQ(add(2, 4 << 20), "ok");
  EXPECT_THAT(ids(), testing::ElementsAre(2));
}

TEST_F(DiskFailureTest, a_job_may_change_many_old_pages) {
  for (std::int64_t id = 1; id <= 300; ++id) ASSERT_EQ(add(id, 8000), "ok");
  const Status status = database_->change(
      [](Writer& writer) -> Status { return writer.run(kOverwrite), Error(kChangedMyMind); });
  EXPECT_EQ(status.error().reason(), "test.changed_my_mind");
  EXPECT_EQ(database_->change([](Writer& writer) { return writer.run(kOverwrite); }), 300);
}

TEST_F(DiskFailureTest, who_keeps_state_beside_the_tables_is_told_to_forget_it_before_the_answer) {
  disk_.set_full(true);
  EXPECT_EQ(add(1), "storage.full");
  EXPECT_EQ(forgotten_, 1);
  disk_.set_full(false);
  EXPECT_EQ(add(1), "ok");
  EXPECT_EQ(forgotten_, 1);
  EXPECT_EQ(add(1), "storage.job_failed");  // The key is taken: the job is cut short.
  EXPECT_EQ(forgotten_, 2);
}

TEST_F(DiskFailureTest, a_write_error_fails_that_commit_only) {
  disk_.set_write_errors(true);
  EXPECT_EQ(add(1), "storage.failed");
  EXPECT_TRUE((*database_)->can_write());
  disk_.set_write_errors(false);
  EXPECT_EQ(add(2), "ok");
  EXPECT_THAT(ids(), testing::ElementsAre(2));
}

TEST_F(DiskFailureTest, after_a_failed_sync_nothing_is_promised_until_the_store_is_opened_again) {
  EXPECT_EQ(add(1), "ok");
  EXPECT_TRUE((*database_)->can_write());
  disk_.set_sync_errors(true);
  EXPECT_EQ(add(2), "storage.sync_lost");
  disk_.set_sync_errors(false);
  EXPECT_EQ(add(3), "storage.sync_lost");
  EXPECT_FALSE((*database_)->can_write());
  EXPECT_EQ(gauge("sesame_storage_sync_lost", "").value(), 1);
  EXPECT_THAT(ids(), testing::Contains(1));
  database_->reopen();
  EXPECT_TRUE((*database_)->can_write());
  EXPECT_EQ(gauge("sesame_storage_sync_lost", "").value(), 0);
  EXPECT_EQ(add(4), "ok");
  EXPECT_THAT(ids(), testing::IsSupersetOf({1, 4}));
  EXPECT_THAT(ids(), testing::Not(testing::Contains(3)));
}

}  // namespace
}  // namespace sesame::storage
