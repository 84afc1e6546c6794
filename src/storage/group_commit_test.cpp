#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "testkit/faulty_disk.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::storage {
namespace {

constexpr ErrorName kRefused{"test.refused", Fault::state};

constexpr Sql kCreate{"test.create", "CREATE TABLE note (id INTEGER PRIMARY KEY)"};
constexpr Sql kAdd{"test.add", "INSERT INTO note (id) VALUES (?1)"};
constexpr Sql kList{"test.list", "SELECT id FROM note ORDER BY id"};
constexpr Sql kCount{"test.count", "SELECT count(*) FROM note"};

/// A database whose writer stands still while the test lines up jobs, and which tells about its commits.
class GroupCommitTest : public testing::Test {
 protected:
  void open(SqliteOptions options = {}) {
    options.vfs = disk_.name();
    options.max_commit_window = std::chrono::seconds(60);
    options.on_commit = [this](const CommitReport& report) {
      commits_.push_back(report.jobs);
      answered_at_commit_.push_back(answered_.load());
    };
    database_ = std::make_unique<testkit::TempDatabase>(options);
    database_->change([](Writer& writer) { writer.run(kCreate); });
    commits_.clear();
    answered_at_commit_.clear();
  }
  ~GroupCommitTest() override { database_.reset(); }

  /// Occupies the writer until release().
  void hold_writer() {
    (*database_)
        ->write(
            Priority::interactive,
            [this](Writer&) -> Status { return held_.set_value(), released_.get_future().wait(), Done{}; },
            [](Status) {});
    held_.get_future().wait();
  }
  void release() { released_.set_value(); }

  void submit(std::int64_t id, Priority priority = Priority::interactive) {
    submit_job(priority, [id](Writer& writer) -> Status { return writer.run(kAdd, id), Done{}; });
  }
  void submit_job(Priority priority, Database::WriteJob job) {
    ++submitted_;
    (*database_)->write(priority, std::move(job), [this](Status status) {
      const std::lock_guard lock(mutex_);
      reasons_.emplace_back(status ? "ok" : status.error().reason());
      ++answered_;
      changed_.notify_all();
    });
  }
  /// Returns when all answers are there.
  std::vector<std::string> answers() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(
        changed_.wait_for(lock, std::chrono::seconds(20), [this] { return answered_ == submitted_; }));
    return reasons_;
  }
  std::vector<std::int64_t> ids() {
    return database_->look([](Reader& reader) {
      std::vector<std::int64_t> found;
      for (auto rows = reader.query(kList); rows->next();) found.push_back(rows->next_integer());
      return found;
    });
  }

  testkit::FaultyDisk disk_;
  std::vector<std::size_t> commits_;  // Jobs of each commit; only on the writer's thread while it runs.
  std::vector<std::size_t> answered_at_commit_;
  std::atomic<std::size_t> answered_ = 0;
  std::size_t submitted_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> reasons_;
  std::promise<void> held_;
  std::promise<void> released_;
  std::unique_ptr<testkit::TempDatabase> database_;
};

TEST_F(GroupCommitTest, what_has_gathered_is_committed_with_one_sync) {
  open();
  hold_writer();
  for (int id = 1; id <= 100; ++id) submit(id);
  const std::size_t syncs_before = disk_.syncs();
  release();
  EXPECT_THAT(answers(), testing::Each("ok"));
  EXPECT_EQ(ids().size(), 100U);
  EXPECT_EQ(commits_.front(), 101U);
  EXPECT_EQ(disk_.syncs() - syncs_before, 1U);
}

TEST_F(GroupCommitTest, nobody_is_answered_before_the_commit) {
  open();
  hold_writer();
  for (int id = 1; id <= 10; ++id) submit(id);
  release();
  answers();
  EXPECT_EQ(answered_at_commit_.front(), 0U);
}

TEST_F(GroupCommitTest, a_job_that_fails_leaves_its_neighbours_alone) {
  open();
  hold_writer();
  submit(1);
  submit_job(Priority::interactive, [](Writer& writer) -> Status {
    writer.run(kAdd, 2);
    return Error(kRefused);
  });
  submit_job(Priority::interactive, [](Writer& writer) -> Status {
    writer.run(kAdd, 3);
    writer.run(kAdd, 1);  // Taken.
    return Done{};
  });
  submit(4);
  release();
  EXPECT_THAT(answers(), testing::ElementsAre("ok", "test.refused", "storage.job_failed", "ok"));
  EXPECT_EQ(commits_.front(), 5U);
  EXPECT_THAT(ids(), testing::ElementsAre(1, 4));
}

TEST_F(GroupCommitTest, a_commit_takes_a_bounded_number_of_jobs) {
  SqliteOptions options;
  options.max_jobs_per_commit = 10;
  open(options);
  hold_writer();
  for (int id = 1; id <= 25; ++id) submit(id);
  release();
  answers();
  EXPECT_EQ(std::vector(commits_.begin(), commits_.begin() + 2), (std::vector<std::size_t>{10, 10}));
  EXPECT_EQ(ids().size(), 25U);
}

TEST_F(GroupCommitTest, finished_interactive_work_does_not_wait_for_a_bulk_job) {
  open();
  hold_writer();
  submit(1, Priority::bulk);
  submit(2, Priority::bulk);
  submit(3, Priority::interactive);
  release();
  answers();
  EXPECT_EQ(commits_[0], 2U);  // The one that held the writer, and the interactive one.
  EXPECT_GE(commits_[1], 2U);  // Both bulk jobs.
}

TEST_F(GroupCommitTest, a_full_queue_refuses_at_once_and_bulk_does_not_crowd_out_interactive) {
  SqliteOptions options;
  options.max_queued_writes = 3;
  open(options);
  hold_writer();
  for (int id = 1; id <= 4; ++id) submit(id, Priority::bulk);
  EXPECT_THAT(reasons_, testing::ElementsAre("storage.overloaded"));
  submit(5, Priority::interactive);
  release();
  EXPECT_THAT(answers(), testing::UnorderedElementsAre("storage.overloaded", "ok", "ok", "ok", "ok"));
}

TEST_F(GroupCommitTest, jobs_that_wait_when_the_store_closes_are_answered) {
  open();
  hold_writer();
  for (int id = 1; id <= 3; ++id) submit(id);
  std::thread closing([this] { database_->close(); });
  release();
  closing.join();
  EXPECT_THAT(reasons_, testing::Each(testing::AnyOf("ok", "storage.stopped")));
  EXPECT_EQ(answered_, submitted_);
}

TEST_F(GroupCommitTest, a_reader_sees_every_answered_write) {
  open();
  for (int id = 1; id <= 300; ++id) {
    database_->change([id](Writer& writer) { writer.run(kAdd, id); });
    const auto count = database_->look([](Reader& reader) {
      auto rows = reader.query(kCount);
      return rows->next() ? rows->next_integer() : -1;
    });
    ASSERT_EQ(count, id);
  }
}

TEST_F(GroupCommitTest, a_read_job_sees_one_moment_however_much_is_written_meanwhile) {
  open();
  std::vector<std::int64_t> counts;
  database_->look([&](Reader& reader) {
    for (int id = 1; id <= 3; ++id) {
      auto rows = reader.query(kCount);
      rows->next();
      counts.push_back(rows->next_integer());
      database_->change([id](Writer& writer) { writer.run(kAdd, id); });
    }
  });
  EXPECT_THAT(counts, testing::ElementsAre(0, 0, 0));
  EXPECT_EQ(ids().size(), 3U);
}

}  // namespace
}  // namespace sesame::storage
