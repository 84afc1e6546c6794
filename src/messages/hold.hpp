#pragma once

#include <atomic>
#include <cstdint>

namespace sesame::messages {

/// Whether delivery is held: mail waits with its source, events wait in their queue, no task starts. Each of
/// these has one place that asks. Delivery is held from the start of the program or not at all, so nothing is
/// under way while it is held. Thread: any.
class Hold {
 public:
  /// Sets the metric sesame_delivery_held. `since_ms` 0: not held.
  explicit Hold(std::int64_t since_ms = 0) { set(since_ms); }

  bool held() const { return since_ms() != 0; }
  /// When the hold began; 0: not held.
  std::int64_t since_ms() const { return since_ms_.load(std::memory_order_relaxed); }
  void begin(std::int64_t since_ms) { set(since_ms); }
  void end() { set(0); }

 private:
  void set(std::int64_t since_ms);

  std::atomic<std::int64_t> since_ms_{0};
};

}  // namespace sesame::messages
