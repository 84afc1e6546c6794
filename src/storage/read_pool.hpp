#pragma once

#include <deque>
#include <optional>
#include <thread>
#include <vector>

#include "base/thread_safety.hpp"
#include "storage/connection.hpp"
#include "storage/database.hpp"
#include "storage/watch.hpp"

namespace sesame::storage {

struct ReadPoolSizes {
  std::size_t threads = 2;
  std::size_t here = 0;  // Connections for run_here().
  std::size_t queued_max = 8192;
};

/// Threads with a query-only connection each; they run read jobs in the order of arrival, each in a snapshot
/// of its own that is taken when the job begins. Thread: any.
class ReadPool {
 public:
  /// Throws Failure when a connection can't be opened.
  ReadPool(const ReadPoolSizes& sizes, const ConnectionOptions& connection, Watch& watch);
  ~ReadPool();  // stop()
  ReadPool(const ReadPool&) = delete;
  ReadPool& operator=(const ReadPool&) = delete;

  /// Finishes the running jobs; those that wait and later ones are answered errors::kStopped. May be called
  /// again. Thread: one, not a reader's.
  void stop();

  void submit(Database::ReadJob job, Database::Answer answer);
  /// On the caller's thread; empty when each connection for that is busy.
  std::optional<Status> run_here(const Database::ReadJob& job);

 private:
  struct Queued {
    Database::ReadJob job;
    Database::Answer answer;
  };

  void work(Connection& connection);
  Status run(Connection& connection, const Database::ReadJob& job);

  const ReadPoolSizes sizes_;
  Watch& watch_;
  std::vector<std::unique_ptr<Connection>> connections_;  // One a thread.

  Mutex mutex_;
  ConditionVariable changed_;
  std::deque<Queued> queue_ SESAME_GUARDED_BY(mutex_);
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
  std::vector<std::unique_ptr<Connection>> idle_here_ SESAME_GUARDED_BY(mutex_);

  std::vector<std::thread> threads_;
};

}  // namespace sesame::storage
