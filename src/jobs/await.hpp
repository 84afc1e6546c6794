#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/result.hpp"
#include "net/task.hpp"
#include "storage/database.hpp"

/// Database jobs for coroutines: `co_await jobs::write(...)` suspends until the job is answered and resumes
/// on the coroutine's own loop. The job is named on the line above (net/task.hpp); what it captures must live
/// until the answer, and the database, closed perhaps, until the coroutine has resumed.
namespace sesame::jobs {

template <class T>
using WriteJob = std::function<Result<T>(storage::Writer&)>;
template <class T>
using ReadJob = std::function<Result<T>(storage::Reader&)>;

namespace detail {

/// The value that a job returned, and the database's answer, on their way to the coroutine.
template <class T>
struct Outcome {
  std::optional<T> value;
  std::optional<Status> status;

  template <class Job, class Access>
  Status run(const Job& job, Access& access) {
    Result<T> result = job(access);
    if (!result) return std::move(result).error();
    value.emplace(std::move(result).value());
    return Done{};
  }
  Result<T> take() {
    if (!*status) return std::move(*status).error();
    return std::move(*value);
  }
};

}  // namespace detail

/// Runs a write job and resumes when what it wrote is on disk. Errors: the job's own, those of
/// storage::Database::write. A job may run more than once (storage::Database).
template <class T>
net::Task<Result<T>> write(storage::Database& database, storage::Priority priority, WriteJob<T> job) {
  auto outcome = std::make_shared<detail::Outcome<T>>();
  std::function<void(std::function<void()>)> start = [&](std::function<void()> wake) {
    database.write(
        priority,
        [outcome, job = std::move(job)](storage::Writer& writer) { return outcome->run(job, writer); },
        [outcome, wake = std::move(wake)](Status status) {
          outcome->status.emplace(std::move(status));
          wake();
        });
  };
  co_await net::wait_for_wake(std::move(start));
  co_return outcome->take();
}

/// Runs a read job on one of the database's readers. Errors: the job's own, those of storage::Database::read.
template <class T>
net::Task<Result<T>> read(storage::Database& database, ReadJob<T> job) {
  auto outcome = std::make_shared<detail::Outcome<T>>();
  std::function<void(std::function<void()>)> start = [&](std::function<void()> wake) {
    database.read(
        [outcome, job = std::move(job)](storage::Reader& reader) { return outcome->run(job, reader); },
        [outcome, wake = std::move(wake)](Status status) {
          outcome->status.emplace(std::move(status));
          wake();
        });
  };
  co_await net::wait_for_wake(std::move(start));
  co_return outcome->take();
}

/// Runs a read job of a few rows that an index finds on this thread, which is quicker than waking another;
/// nullopt when all connections for such reads are busy.
template <class T>
std::optional<Result<T>> read_here(storage::Database& database, const ReadJob<T>& job) {
  detail::Outcome<T> here;
  const storage::Database::ReadJob run_here = [&](storage::Reader& reader) { return here.run(job, reader); };
  here.status = database.read_here(run_here);
  if (!here.status) return std::nullopt;
  return here.take();
}

/// read_here(), or else read().
template <class T>
net::Task<Result<T>> quick_read(storage::Database& database, ReadJob<T> job) {
  std::optional<Result<T>> here = read_here(database, job);
  if (here) co_return std::move(*here);
  Result<T> elsewhere = co_await read(database, std::move(job));
  co_return elsewhere;
}

}  // namespace sesame::jobs
