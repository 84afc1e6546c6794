#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

#include "base/thread_safety.hpp"

namespace sesame::console {

/// Slows guessing of passwords down, by the name that is tried and by the network it is tried from, whether
/// the name exists or not: some attempts are free, then each waits twice as long as the one before. It
/// never locks anybody out for good. An attempt counts as failed until it has succeeded, so parallel ones
/// count, too. Thread: any.
class LoginThrottle {
 public:
  static constexpr unsigned kFreeFailures = 5;
  static constexpr std::chrono::seconds kWaitMax{60};
  /// Failures older than that are dropped.
  static constexpr std::chrono::minutes kMemory{15};
  /// Keys that are kept; above it old ones are dropped first, then all.
  static constexpr std::size_t kKeysMax = 65536;

  using Time = std::chrono::steady_clock::time_point;

  /// Begins an attempt, which counts as failed. Returns how long it still has to wait: then it did not begin,
  /// and is not counted.
  std::chrono::seconds begin(const std::string& name, const std::string& network, Time now);
  /// The attempt was right: the name's failures are dropped, its network has one fewer.
  void succeeded(const std::string& name, const std::string& network);
  /// The attempt was neither right nor wrong: it is not counted.
  void withdraw(const std::string& name, const std::string& network);

 private:
  struct Failures {
    unsigned count = 0;
    Time last;
  };
  std::chrono::seconds wait_of(const std::string& key, Time now) const SESAME_REQUIRES(mutex_);
  void count(const std::string& key, Time now) SESAME_REQUIRES(mutex_);
  void uncount(const std::string& key) SESAME_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::unordered_map<std::string, Failures> failures_ SESAME_GUARDED_BY(mutex_);
};

}  // namespace sesame::console
