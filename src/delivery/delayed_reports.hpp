#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <thread>

#include "base/clock.hpp"
#include "base/thread_safety.hpp"
#include "delivery/outlet.hpp"

namespace sesame::delivery {

/// Reports of dialogues that take their time: chaos makes a server slow. Its thread begins with the first
/// one. A few thousand mails or megabytes of one account must not keep the mail of others from its turn, so
/// beyond its bounds a report is not delayed. Thread: any.
class DelayedReports {
 public:
  static constexpr std::size_t kReportsMax = 1'000;
  static constexpr std::size_t kBytesMax = 16 * 1024 * 1024;

  /// `clock` outlives it.
  explicit DelayedReports(const Clock& clock) : clock_(clock) {}
  ~DelayedReports() { stop(); }

  /// Hands the report to the engine after the delay; at once beyond the bounds.
  void add(Dispatch& engine, DeliveryReport report, std::chrono::milliseconds delay);
  /// Drops what still waits: those mails have no outcome, and are tried again. The engine is not called
  /// afterwards. May be called again.
  void stop();

 private:
  using Time = std::chrono::steady_clock::time_point;
  void run(Dispatch& engine);

  const Clock& clock_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::multimap<Time, DeliveryReport> waiting_ SESAME_GUARDED_BY(mutex_);
  std::size_t bytes_ SESAME_GUARDED_BY(mutex_) = 0;
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
  std::thread thread_ SESAME_GUARDED_BY(mutex_);
};

}  // namespace sesame::delivery
