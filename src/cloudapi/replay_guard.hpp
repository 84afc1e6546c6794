#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/thread_safety.hpp"
#include "cloudapi/request_head.hpp"
#include "net/http_server.hpp"

namespace sesame::cloudapi {

/// The answer to a request whose signature was used before. The protocol's timestamps have whole seconds, and
/// TC3 has no nonce: honest clients repeat signatures, too.
enum class Replays { accept, refuse };

/// Remembers the signed requests that were carried out for as long as their signatures are valid, in memory:
/// another process, and this one after a restart, knows nothing of them. Thread: any.
class ReplayGuard {
 public:
  using Clock = std::chrono::steady_clock;
  /// The first half of a SHA-256.
  using Key = std::array<unsigned char, 16>;

  /// `kept_max` bounds the memory (about 100 bytes each); further requests are refused until old ones expire.
  explicit ReplayGuard(std::chrono::seconds clock_window, std::size_t kept_max = 500'000)
      : kept_for_(2 * clock_window), kept_max_(kept_max) {}

  /// Two requests have one key when their signature, action, region and body are the same. `signature` is the
  /// one that was verified.
  static Key key_of(const net::HttpRequest& request, const RequestHead& head, std::string_view signature);

  /// Remembers the request. Errors: errors::kReplayed; net::errors::kOverloaded at the bound.
  Status enter(const Key& key, Clock::time_point now);
  /// Forgets a request that was not carried out: its sender may try again.
  void forget(const Key& key);

 private:
  const Clock::duration kept_for_;  // A timestamp may be ahead of our clock by the window.
  const std::size_t kept_max_;
  Mutex mutex_;
  struct Kept {
    Clock::time_point until;
    Key key;
  };
  std::map<Key, Clock::time_point> until_ SESAME_GUARDED_BY(mutex_);
  // In the order of entering. May hold keys that were forgotten, and entered again, meanwhile.
  std::deque<Kept> kept_ SESAME_GUARDED_BY(mutex_);
};

}  // namespace sesame::cloudapi
