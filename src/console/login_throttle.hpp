#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

#include "base/thread_safety.hpp"

namespace sesame::console {

/// Slows guessing of passwords down, whether the name exists or not: some attempts are free, then each waits
/// twice as long as the one before. It counts a name from one network (5 free, waits up to a minute), a
/// network whatever the names (20, a minute), and a name whatever the networks (100, ten seconds). The last
/// does not hold for networks that the name has logged in from: so nobody can keep people out of their own
/// accounts from elsewhere. It never locks anybody out for good. An attempt counts as failed until it has
/// succeeded, so parallel ones count, too. Thread: any.
class LoginThrottle {
 public:
  struct Pace {
    unsigned free = 0;  // Attempts that do not wait.
    std::chrono::seconds wait_max;
  };
  static constexpr Pace kOfPair{5, std::chrono::seconds(60)};
  static constexpr Pace kOfNetwork{20, std::chrono::seconds(60)};
  static constexpr Pace kOfName{100, std::chrono::seconds(10)};
  /// Failures older than that are dropped.
  static constexpr std::chrono::minutes kMemory{15};
  /// Networks that a name has logged in from are known for that long.
  static constexpr std::chrono::hours kKnownFor{30 * 24};
  /// Keys that are kept; above it old ones are dropped first, then all.
  static constexpr std::size_t kKeysMax = 65536;

  using Time = std::chrono::steady_clock::time_point;

  /// Begins an attempt, which counts as failed. Returns how long it still has to wait: then it did not begin,
  /// and is not counted.
  std::chrono::seconds begin(const std::string& name, const std::string& network, Time now);
  /// The attempt was right: the failures of the name from there are dropped, name and network have one fewer
  /// each.
  void succeeded(const std::string& name, const std::string& network, Time now);
  /// The attempt was neither right nor wrong: it is not counted.
  void withdraw(const std::string& name, const std::string& network);

 private:
  struct Failures {
    unsigned count = 0;
    Time last;
  };
  bool is_known(const std::string& pair, Time now) const SESAME_REQUIRES(mutex_);
  std::chrono::seconds wait_of(const std::string& key, const Pace& pace, Time now) const
      SESAME_REQUIRES(mutex_);
  void count(const std::string& key, Time now) SESAME_REQUIRES(mutex_);
  void uncount(const std::string& key) SESAME_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::unordered_map<std::string, Failures> failures_ SESAME_GUARDED_BY(mutex_);
  std::unordered_map<std::string, Time> known_ SESAME_GUARDED_BY(mutex_);  // Pairs, with their last login.
};

}  // namespace sesame::console
