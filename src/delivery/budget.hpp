#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace sesame::delivery {

/// How much mail is between its source and its recorded outcome. Any thread.
class Budget {
 public:
  Budget(std::size_t messages_max, std::size_t bytes_max)
      : messages_max_(messages_max), bytes_max_(bytes_max) {}

  std::size_t messages_max() const { return messages_max_; }
  std::size_t room() const {
    const std::lock_guard lock(mutex_);
    return messages_max_ - std::min(messages_, messages_max_);
  }
  std::size_t messages() const {
    const std::lock_guard lock(mutex_);
    return messages_;
  }
  std::size_t bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }

  void take_messages(std::size_t count) {
    const std::lock_guard lock(mutex_);
    messages_ += count;
  }
  void give_back_messages(std::size_t count) {
    const std::lock_guard lock(mutex_);
    messages_ -= count;
  }

  void take_bytes(std::size_t count) {
    const std::lock_guard lock(mutex_);
    bytes_ += count;
  }
  void give_back_bytes(std::size_t count) {
    const std::lock_guard lock(mutex_);
    bytes_ -= count;
    if (bytes_ < bytes_max_) bytes_free_.notify_all();
  }
  bool has_room_for_bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_ < bytes_max_;
  }
  /// Waits until another mail may be composed; false when closed.
  bool wait_for_bytes() {
    std::unique_lock lock(mutex_);
    bytes_free_.wait(lock, [this] { return closed_ || bytes_ < bytes_max_; });
    return !closed_;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    bytes_free_.notify_all();
  }

 private:
  const std::size_t messages_max_;
  const std::size_t bytes_max_;
  mutable std::mutex mutex_;  // Guards the following.
  std::condition_variable bytes_free_;
  std::size_t messages_ = 0;
  std::size_t bytes_ = 0;
  bool closed_ = false;
};

}  // namespace sesame::delivery
