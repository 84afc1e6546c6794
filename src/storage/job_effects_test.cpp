#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "testkit/faulty_disk.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::storage {
namespace {

constexpr ErrorName kRefused{"test.refused", Fault::state};
constexpr ErrorName kUsedUp{"test.used_up", Fault::state};

using testing::ElementsAre;

constexpr Sql kCreate{"test.create", "CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT)"};
constexpr Sql kAdd{"test.add", "INSERT INTO note DEFAULT VALUES"};
constexpr Sql kCount{"test.count", "SELECT count(*) FROM note"};

/// State that jobs change beside the tables. The list `seen` is written on the writer's thread, before the
/// answers.
class JobEffectsTest : public testing::Test {
 protected:
  void open(SqliteOptions options = {}) {
    options.vfs = disk_.name();
    database_ = std::make_unique<testkit::TempDatabase>(options);
    database_->change([](Writer& writer) { writer.run(kCreate); });
  }
  ~JobEffectsTest() override { database_.reset(); }

  Status write(Database::WriteJob job) {
    Status status = (*database_)->write_and_wait(Priority::interactive, std::move(job));
    return status;
  }
  std::int64_t count() {
    return database_->look([](Reader& reader) {
      const auto rows = reader.query(kCount);
      return rows->next() ? rows->next_integer() : -1;
    });
  }
  void note_effects(Writer& writer) {
    writer.after_commit([this] { seen_.emplace_back("committed"); });
    writer.on_undo([this] { seen_.emplace_back("first undone"); });
    writer.on_undo([this] { seen_.emplace_back("second undone"); });
  }

  testkit::FaultyDisk disk_;
  std::unique_ptr<testkit::TempDatabase> database_;
  std::vector<std::string> seen_;
};

TEST_F(JobEffectsTest, a_job_that_is_on_disk_has_its_effects_before_the_answer) {
  open();
  const Status status = write([this](Writer& writer) -> Status {
    note_effects(writer);
    EXPECT_THAT(seen_, ElementsAre());
    writer.run(kAdd);
    return Done{};
  });
  EXPECT_TRUE(status);
  EXPECT_THAT(seen_, ElementsAre("committed"));
}

TEST_F(JobEffectsTest, keys_are_published_with_the_commit_and_only_then) {
  open();
  std::vector<std::uint64_t> published;
  (*database_)->on_changes([&](std::span<const std::uint64_t> keys) {
    published.insert(published.end(), keys.begin(), keys.end());
  });
  const Status kept = write([&](Writer& writer) -> Status {
    writer.publish({1, 2});
    writer.publish({3});
    EXPECT_THAT(published, ElementsAre());
    return Done{};
  });
  EXPECT_TRUE(kept);
  EXPECT_THAT(published, ElementsAre(1, 2, 3));
  const Status refused = write([&](Writer& writer) -> Status {
    writer.publish({4});
    return Error(kRefused);
  });
  EXPECT_FALSE(refused);
  EXPECT_THAT(published, ElementsAre(1, 2, 3));
}

TEST_F(JobEffectsTest, keys_of_a_job_that_runs_twice_are_published_once) {
  open({.run_jobs_twice = true});
  std::vector<std::uint64_t> published;
  (*database_)->on_changes([&](std::span<const std::uint64_t> keys) {
    published.insert(published.end(), keys.begin(), keys.end());
  });
  EXPECT_TRUE(write([](Writer& writer) -> Status {
    writer.publish({7});
    return Done{};
  }));
  EXPECT_THAT(published, ElementsAre(7));
}

TEST_F(JobEffectsTest, a_job_that_returned_an_error_is_undone_last_step_first) {
  open();
  const Status status = write([this](Writer& writer) -> Status {
    note_effects(writer);
    return Error(kRefused);
  });
  EXPECT_EQ(status.error().reason(), "test.refused");
  EXPECT_THAT(seen_, ElementsAre("second undone", "first undone"));
}

TEST_F(JobEffectsTest, a_job_that_threw_is_undone) {
  open();
  const Status status = write([this](Writer& writer) -> Status {
    note_effects(writer);
    throw std::runtime_error("a bug");
  });
  EXPECT_EQ(status.error().reason(), "storage.job_failed");
  EXPECT_THAT(seen_, ElementsAre("second undone", "first undone"));
}

TEST_F(JobEffectsTest, a_job_whose_commit_failed_is_undone) {
  open();
  disk_.set_sync_errors(true);
  const Status status = write([this](Writer& writer) -> Status {
    note_effects(writer);
    writer.run(kAdd);
    return Done{};
  });
  EXPECT_FALSE(status);
  EXPECT_THAT(seen_, ElementsAre("second undone", "first undone"));
}

TEST_F(JobEffectsTest, a_job_that_is_run_twice_counts_once) {
  open({.run_jobs_twice = true});
  int runs = 0;
  int rollbacks = 0;
  (*database_)->on_rollback([&] { ++rollbacks; });
  std::int64_t id = 0;
  const Status status = write([&](Writer& writer) -> Status {
    ++runs;
    note_effects(writer);
    id = writer.insert(kAdd);
    return Done{};
  });
  EXPECT_TRUE(status);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(rollbacks, 1);
  EXPECT_EQ(id, 1);
  EXPECT_EQ(count(), 1);
  EXPECT_THAT(seen_, ElementsAre("second undone", "first undone", "committed"));
}

TEST_F(JobEffectsTest, a_job_that_ends_differently_when_run_again_is_found) {
  open({.run_jobs_twice = true});
  int runs = 0;
  const Status status = write([&](Writer& writer) -> Status {
    writer.run(kAdd);
    if (++runs == 2) return Error(kUsedUp);
    return Done{};
  });
  EXPECT_EQ(status.error().reason(), "storage.job_failed");
  EXPECT_THAT(status.error().cause(),
              testing::HasSubstr("ended with done and, run again, with test.used_up"));
  EXPECT_EQ(count(), 0);
}

}  // namespace
}  // namespace sesame::storage
