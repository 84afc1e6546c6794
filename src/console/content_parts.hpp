#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/thread_safety.hpp"

namespace sesame::console {

/// Content that came from outside (a mail, a draft of a template), to be shown in a frame of its own.
struct ContentPart {
  std::string type;  // The media type with its charset.
  std::string bytes;
  bool remote_images = false;  // The person asked for images from elsewhere.
};

/// Keeps content for the moments until its frame has loaded it. Each part has an address that nobody can
/// guess, and only the session that made it may read it. Bounded in number and bytes; the oldest make room.
/// Thread: any.
class ContentParts {
 public:
  static constexpr std::chrono::seconds kLifetime{60};
  static constexpr std::size_t kPartBytesMax = 4 * 1024 * 1024;
  static constexpr std::size_t kBytesMax = 16 * 1024 * 1024;
  static constexpr std::size_t kPartsMax = 1000;
  static constexpr std::size_t kPartsPerSessionMax = 50;

  using Time = std::chrono::steady_clock::time_point;

  /// Keeps a part; its capability, 32 hexadecimal digits. Error: errors::kPartTooLarge.
  Result<std::string> keep(std::string session_digest, ContentPart part, Random& random, Time now);
  /// nullopt for another session, after kLifetime, or when it had to make room.
  std::optional<ContentPart> find(std::string_view capability, std::string_view session_digest, Time now);
  /// Frees the memory of parts whose time is over. Call it every few seconds.
  void drop_expired(Time now);
  std::size_t bytes() const;

 private:
  struct Kept {
    std::string capability, session;
    ContentPart part;
    Time until;
  };
  void drop_front() SESAME_REQUIRES(mutex_);
  void make_room(const std::string& session, std::size_t bytes, Time now) SESAME_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::deque<Kept> kept_ SESAME_GUARDED_BY(mutex_);  // The oldest first.
  std::size_t bytes_ SESAME_GUARDED_BY(mutex_) = 0;
};

}  // namespace sesame::console
