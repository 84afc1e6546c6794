#pragma once

#include <chrono>
#include <cstdint>

#include "base/random.hpp"
#include "base/thread_safety.hpp"

namespace sesame::delivery {

/// The pauses before a server that can't be reached is probed again.
struct SitePolicy {
  std::chrono::milliseconds first_pause{1'000};
  std::chrono::milliseconds longest_pause{300'000};
  double jitter = 0.15;
};

/// Decides when a connection to a server may be opened. After a failure the server is probed by one
/// connection at a time, with pauses that double; when it replies, the number of connections grows 1, 2, 4,
/// ... Thread: any.
class SiteClock {
 public:
  using Time = std::chrono::steady_clock::time_point;

  SiteClock(SitePolicy policy, unsigned connections_max, Random& random);

  /// Whether a connection may be opened now. After true, call opened(), failed() or not_begun().
  bool begin(Time now);
  /// Takes back begin(): no connection was tried.
  void not_begun();
  /// The most connections, from now on.
  void set_max(unsigned connections_max);
  /// Whether the server failed, no connection to it is open, and the pause before the next probe lasts.
  bool pauses(Time now) const;
  /// Counts an open connection. True when the server was unreachable before.
  bool opened();
  /// Counts a failure to connect. True for the first failure after the server was reachable.
  bool failed(Time now);
  /// Counts the end of an open connection.
  void closed();
  /// Counts the end of an open connection that delivered nothing, since the server hung up on the first
  /// message. Counts as a failure.
  void closed_unused(Time now);

 private:
  bool count_failure(Time now) SESAME_REQUIRES(mutex_);

  const SitePolicy policy_;
  Random& random_;
  mutable Mutex mutex_;
  unsigned max_ SESAME_GUARDED_BY(mutex_);
  unsigned allowed_ SESAME_GUARDED_BY(mutex_);  // Connections, open and opening.
  unsigned open_ SESAME_GUARDED_BY(mutex_) = 0;
  unsigned opening_ SESAME_GUARDED_BY(mutex_) = 0;
  unsigned failures_ SESAME_GUARDED_BY(mutex_) = 0;  // In a row.
  Time not_before_ SESAME_GUARDED_BY(mutex_){};
};

}  // namespace sesame::delivery
