#include "storage/read_pool.hpp"

#include <algorithm>

#include "base/start_thread.hpp"
#include "base/thread_name.hpp"
#include "storage/errors.hpp"
#include "storage/session.hpp"

namespace sesame::storage {
namespace {

constexpr Sql kBegin{"storage.begin_read", "BEGIN"};
constexpr Sql kEnd{"storage.end_read", "COMMIT"};

/// Ends the snapshot after every job: a reader with a snapshot keeps the log from starting anew.
class Snapshot {
 public:
  explicit Snapshot(Connection& connection) : connection_(connection) { connection_.execute(kBegin); }
  ~Snapshot() {
    try {
      if (connection_.in_transaction()) connection_.execute(kEnd);
    } catch (const Failure&) {
      // Ending a read can't lose data; a broken connection fails the next job.
    }
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Connection& connection_;
};

}  // namespace

ReadPool::ReadPool(const ReadPoolSizes& sizes, const ConnectionOptions& connection, Watch& watch)
    : sizes_(sizes), watch_(watch) {
  for (std::size_t i = 0; i < sizes.here; ++i) idle_here_.push_back(std::make_unique<Connection>(connection));
  const std::size_t count = std::max<std::size_t>(sizes.threads, 1);
  for (std::size_t i = 0; i < count; ++i) connections_.push_back(std::make_unique<Connection>(connection));
  for (const auto& own : connections_) threads_.push_back(start_thread([this, &own] { work(*own); }));
}

ReadPool::~ReadPool() { stop(); }

void ReadPool::stop() {
  std::deque<Queued> waiting;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    waiting.swap(queue_);
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  {
    MutexLock lock(mutex_);
    changed_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return idle_here_.size() == sizes_.here; });
  }
  for (Queued& queued : waiting) queued.answer(Error(errors::kStopped));
}

void ReadPool::submit(Database::ReadJob job, Database::Answer answer) {
  bool stopping = false;
  {
    MutexLock lock(mutex_);
    stopping = stopping_;
    if (!stopping && queue_.size() < sizes_.queued_max) {
      queue_.push_back({std::move(job), std::move(answer)});
      changed_.notify_one();
      return;
    }
  }
  if (!stopping) watch_.refused_as_overloaded();
  answer(Error(stopping ? errors::kStopped : errors::kOverloaded));
}

std::optional<Status> ReadPool::run_here(const Database::ReadJob& job) {
  std::unique_ptr<Connection> connection;
  {
    MutexLock lock(mutex_);
    if (stopping_) return Error(errors::kStopped);
    if (idle_here_.empty()) return std::nullopt;
    connection = std::move(idle_here_.back());
    idle_here_.pop_back();
  }
  Status status = run(*connection, job);
  MutexLock lock(mutex_);
  idle_here_.push_back(std::move(connection));
  if (stopping_) changed_.notify_all();
  return status;
}

void ReadPool::work(Connection& connection) {
  name_this_thread("reader");
  while (true) {
    MutexLock lock(mutex_);
    changed_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    Queued queued = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    queued.answer(run(connection, queued.job));
  }
}

Status ReadPool::run(Connection& connection, const Database::ReadJob& job) {
  try {
    const Snapshot snapshot(connection);
    JobEffects none;  // A read has none.
    Session session(connection, none);
    return job(session);
  } catch (const Failure& failure) {
    watch_.failed(failure);
    return failure.error();
  } catch (const std::exception& bug) {
    const Failure failure(Failure::Kind::other, "storage.job", bug.what());
    watch_.failed(failure);
    return failure.error();
  }
}

}  // namespace sesame::storage
