#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "base/clock.hpp"
#include "storage/sqlite_database.hpp"

namespace sesame::testkit {

/// A real SQLite database with all migrations, in a folder that is removed with it. The Database inside is
/// safe from any thread. Thread: one.
class TempDatabase {
 public:
  TempDatabase();
  /// `options.path` is set by this class, and run_jobs_twice by the environment
  /// (storage::test_runs_jobs_twice): with it a job that a test gives to change() runs twice, too.
  explicit TempDatabase(storage::SqliteOptions options);
  ~TempDatabase();
  TempDatabase(const TempDatabase&) = delete;
  TempDatabase& operator=(const TempDatabase&) = delete;

  storage::Database& operator*() { return *database_; }
  storage::Database* operator->() { return database_.get(); }

  /// Closes and opens the database, as a restart of the program does. Not while jobs run.
  void reopen();
  void close() { database_.reset(); }
  const std::string& path() const { return options_.path; }
  const std::string& folder() const { return folder_; }
  storage::SqliteOptions& options() { return options_; }

  /// Runs the job as one write (one read) and gives back what it returned: void, a plain value, or a Result,
  /// which also carries the store's own errors; with the other two those throw std::runtime_error.
  template <class Job>
  auto change(Job job) {
    return await<storage::Writer>(std::move(job), [this](auto wrapped) {
      return database_->write_and_wait(storage::Priority::interactive, std::move(wrapped));
    });
  }
  template <class Job>
  auto look(Job job) {
    return await<storage::Reader>(
        std::move(job), [this](auto wrapped) { return database_->read_and_wait(std::move(wrapped)); });
  }

 private:
  template <class T>
  struct IsResult : std::false_type {};
  template <class T>
  struct IsResult<Result<T>> : std::true_type {};

  static void require(const Status& status) {
    if (!status)
      throw std::runtime_error(std::string(status.error().reason()) + ": " + status.error().cause());
  }

  template <class Access, class Job, class Run>
  static auto await(Job job, Run run) {
    using Returned = std::invoke_result_t<Job&, Access&>;
    if constexpr (std::is_void_v<Returned>) {
      require(run([&job](Access& access) -> Status { return job(access), Done{}; }));
    } else if constexpr (IsResult<Returned>::value) {
      std::optional<Returned> returned;
      Status status = run([&](Access& access) -> Status {
        returned.emplace(job(access));
        if (!*returned) return returned->error();
        return Done{};
      });
      if (!status) return Returned(std::move(status).error());
      return std::move(*returned);
    } else {
      std::optional<Returned> returned;
      require(run([&](Access& access) -> Status { return returned.emplace(job(access)), Done{}; }));
      return std::move(*returned);
    }
  }

  SystemClock clock_;
  std::string folder_;
  storage::SqliteOptions options_;
  std::unique_ptr<storage::Database> database_;
};

}  // namespace sesame::testkit
