#pragma once

#include <chrono>
#include <cstdint>

#include "base/random.hpp"
#include "base/thread_safety.hpp"

namespace sesame::delivery {

/// How a server that can't be reached is approached again.
struct SitePolicy {
  std::chrono::milliseconds first_pause{1'000};
  std::chrono::milliseconds longest_pause{300'000};
  double jitter = 0.15;
};

/// When a connection to a server may be opened. After a failure it is probed by one connection at a time,
/// with pauses that double; when it answers, the number of connections grows again 1, 2, 4, ... Any thread.
class SiteClock {
 public:
  using Time = std::chrono::steady_clock::time_point;

  SiteClock(SitePolicy policy, unsigned connections_max, Random& random);

  /// Whether a connection may be opened now. After true, report opened() or failed().
  bool begin(Time now);
  /// True when the server had been unreachable until now.
  bool opened();
  /// True when this is the first failure after the server could be reached.
  bool failed(Time now);
  /// A connection that had been opened is gone.
  void closed();
  /// The same, and nothing could be done with it: the server hung up on the first message. Counts as a
  /// failure.
  void closed_unused(Time now);

 private:
  bool count_failure(Time now) SESAME_REQUIRES(mutex_);

  const SitePolicy policy_;
  const unsigned max_;
  Random& random_;
  mutable Mutex mutex_;
  unsigned allowed_ SESAME_GUARDED_BY(mutex_);  // Connections, open and opening.
  unsigned open_ SESAME_GUARDED_BY(mutex_) = 0;
  unsigned opening_ SESAME_GUARDED_BY(mutex_) = 0;
  unsigned failures_ SESAME_GUARDED_BY(mutex_) = 0;  // In a row.
  Time not_before_ SESAME_GUARDED_BY(mutex_){};
};

}  // namespace sesame::delivery
