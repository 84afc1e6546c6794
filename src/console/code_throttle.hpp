#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "base/thread_safety.hpp"

namespace sesame::console {

/// Bounds guesses at the six digits of a second factor (RFC 4226 §7.3, RFC 6238 §5.2): ten wrong codes of a
/// user are free, then one each hour, from wherever they come. At most 34 guesses a day, of which each hits
/// with three in a million: a guesser needs decades. Only for people who gave the password, a link or a
/// session before: others must not use a user's guesses up. Knows nothing after a restart. Thread: any.
class CodeThrottle {
 public:
  static constexpr unsigned kFree = 10;
  static constexpr std::chrono::hours kPause{1};

  using Time = std::chrono::steady_clock::time_point;

  /// Begins an attempt, which counts as wrong. Returns how long it still has to wait: then it did not begin.
  std::chrono::seconds begin(std::int64_t user_id, Time now);
  /// The attempt was not wrong: it is not counted.
  void withdraw(std::int64_t user_id);

 private:
  struct Wrong {
    unsigned count = 0;
    Time since;  // The last time at which one expired.
  };
  static constexpr std::size_t kUsersMax = 65536;

  static Wrong left_of(Wrong wrong, Time now);

  Mutex mutex_;
  std::unordered_map<std::int64_t, Wrong> wrong_ SESAME_GUARDED_BY(mutex_);
};

}  // namespace sesame::console
