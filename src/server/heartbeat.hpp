#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

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
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;  // Guarded by mutex_.
  std::thread thread_;
};

}  // namespace sesame::server
