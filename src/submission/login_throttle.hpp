#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

#include "base/thread_safety.hpp"

namespace sesame::submission {

/// Counts failed logins by the network they come from (net::network_of). Thread: any.
class LoginThrottle {
 public:
  // Above it, networks whose period is over are dropped first.
  static constexpr std::size_t kNetworksMax = 65536;

  /// After `failures_max` failures no login is tried until `period` after the first one; 0: no limit.
  LoginThrottle(std::size_t failures_max, std::chrono::milliseconds period)
      : failures_max_(failures_max), period_(period) {}

  using Time = std::chrono::steady_clock::time_point;
  bool may_try(const std::string& network, Time now);
  void failed(const std::string& network, Time now);

 private:
  struct Failures {
    std::size_t count = 0;
    Time first;
  };
  void make_room(Time now) SESAME_REQUIRES(mutex_);

  const std::size_t failures_max_;
  const std::chrono::milliseconds period_;
  Mutex mutex_;
  std::unordered_map<std::string, Failures> networks_ SESAME_GUARDED_BY(mutex_);
};

}  // namespace sesame::submission
