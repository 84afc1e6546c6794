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

/// The writes that wait: interactive before bulk, each in the order of arrival, but one bulk job after so
/// many interactive ones. Not safe across threads: its owner's mutex guards it.
class WriteQueue {
 public:
  explicit WriteQueue(WriteQueueLimits limits) : limits_(limits) {}

  /// False: that priority's queue is at its bound, and `write` is untouched.
  bool push(QueuedWrite& write);
  /// The priority of the write that pop() would give; none when nothing waits.
  std::optional<Priority> next() const;
  /// Only when something waits.
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
