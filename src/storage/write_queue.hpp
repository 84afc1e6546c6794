#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "storage/database.hpp"

namespace sesame::storage {

struct QueuedWrite {
  Priority priority = Priority::interactive;
  Database::WriteJob job;
  Database::Answer answer;
};

struct WriteQueueLimits {
  std::size_t jobs_per_priority = 8192;
  std::size_t interactive_jobs_per_bulk_job = 64;
};

/// The waiting writes: interactive before bulk, each in the order of arrival, but one bulk job after
/// `interactive_jobs_per_bulk_job` interactive ones. Guarded by its owner's mutex. Thread: one.
class WriteQueue {
 public:
  explicit WriteQueue(WriteQueueLimits limits) : limits_(limits) {}

  /// False: that priority's queue is at its bound, and `write` is untouched.
  bool push(QueuedWrite& write);
  /// The priority of the write that pop() would return; nullopt when the queue is empty.
  std::optional<Priority> next() const;
  /// Removes the next write. Only when the queue is not empty.
  QueuedWrite pop();

  bool empty() const { return interactive_.empty() && bulk_.empty(); }
  std::size_t size() const { return interactive_.size() + bulk_.size(); }

 private:
  const WriteQueueLimits limits_;
  std::deque<QueuedWrite> interactive_;
  std::deque<QueuedWrite> bulk_;
  std::size_t passed_bulk_ = 0;  // Interactive jobs taken while bulk work waited.
};

}  // namespace sesame::storage
