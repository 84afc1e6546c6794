#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "storage/connection.hpp"
#include "storage/database.hpp"
#include "storage/watch.hpp"

namespace sesame::storage {

/// Threads with a query-only connection each; they run read jobs in the order of arrival, each in a snapshot
/// of its own that is taken when the job begins. Safe from any thread.
class ReadPool {
 public:
  /// Throws Failure when a connection can't be opened.
  ReadPool(std::size_t threads, std::size_t max_queued, const ConnectionOptions& connection, Watch& watch);
  /// Finishes the running jobs; those that wait are answered "storage.stopped".
  ~ReadPool();
  ReadPool(const ReadPool&) = delete;
  ReadPool& operator=(const ReadPool&) = delete;

  void submit(Database::ReadJob job, Database::Answer answer);

 private:
  struct Queued {
    Database::ReadJob job;
    Database::Answer answer;
  };

  void work(Connection& connection);
  Status run(Connection& connection, const Database::ReadJob& job);

  const std::size_t max_queued_;
  Watch& watch_;
  std::vector<std::unique_ptr<Connection>> connections_;  // One a thread.

  // Guarded by mutex_.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Queued> queue_;
  bool stopping_ = false;

  std::vector<std::thread> threads_;
};

}  // namespace sesame::storage
