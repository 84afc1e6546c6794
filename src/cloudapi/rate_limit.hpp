#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.hpp"
#include "base/thread_safety.hpp"

namespace sesame::cloudapi {

/// Limits the calls per second of one account, region and action, in fixed windows of one second.
/// Thread: any.
class RateLimit {
 public:
  /// The most counters of one second; calls that need a further one are refused until the second is over.
  static constexpr std::size_t kCountsMax = 65536;

  /// With 0 there is no limit.
  explicit RateLimit(std::uint32_t calls_per_second) : calls_per_second_(calls_per_second) {}

  /// Counts one call. Error: errors::kTooFrequent with the facts "count" (this call included) and "limit".
  Status enter(std::int64_t account_id, std::string_view region, std::string_view action,
               std::int64_t now_ms);

 private:
  const std::uint32_t calls_per_second_;
  Mutex mutex_;
  // The counts of one second.
  std::int64_t second_ SESAME_GUARDED_BY(mutex_) = 0;
  std::unordered_map<std::string, std::uint32_t> counts_ SESAME_GUARDED_BY(mutex_);
};

}  // namespace sesame::cloudapi
