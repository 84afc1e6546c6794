#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/thread_safety.hpp"
#include "smtp/attempt.hpp"

namespace sesame::delivery {

/// The outcomes of a site's attempts in the last hour, and the last replies of its servers, for people to
/// read. Thread: any.
class SiteRecord {
 public:
  static constexpr std::size_t kRepliesMax = 10;
  static constexpr std::size_t kReplyBytesMax = 500;

  struct Counts {
    std::uint32_t delivered = 0;
    std::uint32_t deferred = 0;  // Attempts.
    std::uint32_t refused = 0;
  };
  struct Reply {
    std::string text;
    std::uint64_t count = 0;
    std::int64_t last_ms = 0;
  };

  /// Counts an attempt. Replies that differ in words with digits only, mostly ids, are one; replies that
  /// accept mail are not kept.
  void count(const smtp::Attempt& attempt, std::int64_t now_ms);
  /// Those of the last hour, in steps of five minutes.
  Counts counts(std::int64_t now_ms) const;
  /// The last different replies, the newest first.
  std::vector<Reply> replies() const;

 private:
  static constexpr std::size_t kSpans = 12;
  struct Span {
    std::int64_t number = 0;  // Since the epoch; one of an earlier hour counts no more.
    Counts counts;
  };
  struct Kept {
    std::string alike;  // The text without words that have digits, but for its codes.
    Reply reply;
  };

  mutable Mutex mutex_;
  std::array<Span, kSpans> spans_ SESAME_GUARDED_BY(mutex_);
  std::vector<Kept> replies_ SESAME_GUARDED_BY(mutex_);  // The newest last.
};

}  // namespace sesame::delivery
