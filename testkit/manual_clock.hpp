#pragma once

#include <atomic>
#include <chrono>

#include "base/clock.hpp"

namespace sesame::testkit {

/// A clock that stands still until it is moved. Starts at 2026-12-01 00:00:00 UTC. Thread: any.
class ManualClock final : public Clock {
 public:
  static constexpr std::int64_t kStartMs = 1'796'083'200'000;

  UnixMillis now() const override { return UnixMillis(std::chrono::milliseconds(steady_ms_ + offset_ms_)); }
  std::chrono::steady_clock::time_point steady_now() const override {
    return std::chrono::steady_clock::time_point(std::chrono::milliseconds(steady_ms_));
  }

  /// Sets the time of day; the steady time stays, as when somebody corrects a machine's clock.
  void set(UnixMillis now) { set_ms(now.time_since_epoch().count()); }
  void set_ms(std::int64_t unix_ms) { offset_ms_ = unix_ms - steady_ms_; }

  /// Moves both times at once.
  void advance(std::chrono::milliseconds by) { steady_ms_ += by.count(); }

 private:
  static constexpr std::int64_t kSteadyStartMs = 1'000'000;

  std::atomic<std::int64_t> steady_ms_{kSteadyStartMs};
  std::atomic<std::int64_t> offset_ms_{kStartMs - kSteadyStartMs};  // The time of day minus the steady time.
};

}  // namespace sesame::testkit
