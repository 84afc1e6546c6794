#pragma once

#include <algorithm>
#include <cstddef>

#include "base/thread_safety.hpp"

namespace sesame::delivery {

/// The amount of mail between its source and its recorded outcome. Thread: any.
class Budget {
 public:
  Budget(std::size_t messages_max, std::size_t bytes_max)
      : messages_max_(messages_max), bytes_max_(bytes_max) {}

  std::size_t messages_max() const { return messages_max_; }
  std::size_t room() const {
    const MutexLock lock(mutex_);
    return messages_max_ - std::min(messages_, messages_max_);
  }
  std::size_t messages() const {
    const MutexLock lock(mutex_);
    return messages_;
  }
  std::size_t bytes() const {
    const MutexLock lock(mutex_);
    return bytes_;
  }

  void take_messages(std::size_t count) {
    const MutexLock lock(mutex_);
    messages_ += count;
  }
  void give_back_messages(std::size_t count) {
    const MutexLock lock(mutex_);
    messages_ -= count;
  }

  void take_bytes(std::size_t count) {
    const MutexLock lock(mutex_);
    bytes_ += count;
  }
  void give_back_bytes(std::size_t count) {
    const MutexLock lock(mutex_);
    bytes_ -= count;
    if (bytes_ < bytes_max_) bytes_free_.notify_all();
  }
  bool has_room_for_bytes() const {
    const MutexLock lock(mutex_);
    return bytes_ < bytes_max_;
  }
  /// Waits until another mail may be composed. False when closed.
  bool wait_for_bytes() {
    MutexLock lock(mutex_);
    bytes_free_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return closed_ || bytes_ < bytes_max_; });
    return !closed_;
  }
  void close() {
    const MutexLock lock(mutex_);
    closed_ = true;
    bytes_free_.notify_all();
  }

 private:
  const std::size_t messages_max_;
  const std::size_t bytes_max_;
  mutable Mutex mutex_;
  ConditionVariable bytes_free_;
  std::size_t messages_ SESAME_GUARDED_BY(mutex_) = 0;
  std::size_t bytes_ SESAME_GUARDED_BY(mutex_) = 0;
  bool closed_ SESAME_GUARDED_BY(mutex_) = false;
};

}  // namespace sesame::delivery
