#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/thread_safety.hpp"

namespace sesame::net {

/// How many connections or requests of each peer are open, by network_of(). Thread: any.
class PeerCounts {
 public:
  /// False when the peer has `max` already. After true, leave() must follow.
  [[nodiscard]] bool enter(const std::string& network, std::size_t max);
  void leave(const std::string& network);

 private:
  Mutex mutex_;
  // At most one entry per open connection.
  std::unordered_map<std::string, std::size_t> counts_ SESAME_GUARDED_BY(mutex_);
};

/// The place of one connection or request in PeerCounts, which outlives it. Thread: one.
class PeerPlace {
 public:
  PeerPlace() = default;
  ~PeerPlace() { leave(); }
  PeerPlace(PeerPlace&& other) noexcept { *this = std::move(other); }
  PeerPlace& operator=(PeerPlace&& other) noexcept {
    leave();
    counts_ = std::exchange(other.counts_, nullptr);
    network_ = std::move(other.network_);
    return *this;
  }

  /// False when the peer has `max` already; the place is then empty. `max` 0: without a limit.
  [[nodiscard]] bool take(PeerCounts& counts, std::string network, std::size_t max) {
    leave();
    if (max == 0) return true;
    if (!counts.enter(network, max)) return false;
    counts_ = &counts;
    network_ = std::move(network);
    return true;
  }

  void leave() {
    if (counts_ != nullptr) std::exchange(counts_, nullptr)->leave(network_);
  }

 private:
  PeerCounts* counts_ = nullptr;  // Null: no place.
  std::string network_;
};

}  // namespace sesame::net
