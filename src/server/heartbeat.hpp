#pragma once

#include <chrono>
#include <functional>
#include <thread>

#include "base/thread_safety.hpp"

namespace sesame::server {

/// Calls a function every so often on a thread of its own: for what must be tried again although nothing
/// wakes it, such as merging after the disk was full.
class Heartbeat {
 public:
  Heartbeat(std::chrono::milliseconds every, std::function<void()> tick);
  ~Heartbeat();  // stop()

  /// Returns when no call is under way; none follows.
  void stop();

 private:
  Mutex mutex_;
  ConditionVariable changed_;
  bool stopped_ SESAME_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace sesame::server
