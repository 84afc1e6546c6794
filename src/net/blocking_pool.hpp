#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "base/thread_safety.hpp"
#include "net/task.hpp"

namespace sesame::net {

/// A few threads for work that would block an event loop: parsing a large body, key generation, files.
/// Thread: any.
class BlockingPool {
 public:
  /// `max_queued` bounds the waiting work, without that in progress.
  BlockingPool(unsigned threads, std::size_t max_queued);
  ~BlockingPool();  // stop()
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  /// False when the queue is full or the pool stopped; `work` is then not run. Never blocks. An exception
  /// that leaves `work` is a bug and is logged.
  [[nodiscard]] bool submit(std::function<void()> work);

  /// Finishes the queued work, then joins the threads. Not from a thread of the pool. May be called again.
  void stop();

 private:
  void work_until_stopped();

  const std::size_t max_queued_;
  std::vector<std::thread> threads_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::deque<std::function<void()>> queue_ SESAME_GUARDED_BY(mutex_);
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

/// Runs `work` on the pool and resumes when it is done, on the coroutine's own executor. errors::kOverloaded
/// when the pool takes no more: `work` was not run. An exception of `work` is thrown here.
Task<Status> run_on(BlockingPool& pool, std::function<void()> work);

}  // namespace sesame::net
