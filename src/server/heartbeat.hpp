#pragma once

#include <chrono>
#include <functional>
#include <thread>

#include "base/thread_safety.hpp"

namespace sesame::server {

/// Calls a function at fixed intervals on a thread of its own: for work that must be tried again although
/// nothing wakes it, such as merging after the disk was full. Thread: one.
class Heartbeat {
 public:
  /// `thread_name`: as for name_this_thread().
  Heartbeat(const char* thread_name, std::chrono::milliseconds every, std::function<void()> tick);
  ~Heartbeat();  // stop()

  /// Stops the calls; returns when none is under way.
  void stop();

 private:
  Mutex mutex_;
  ConditionVariable changed_;
  bool stopped_ SESAME_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace sesame::server
