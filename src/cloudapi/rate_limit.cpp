#include "cloudapi/rate_limit.hpp"

#include "cloudapi/errors.hpp"

namespace sesame::cloudapi {

Status RateLimit::enter(std::int64_t account_id, std::string_view region, std::string_view action,
                        std::int64_t now_ms) {
  if (calls_per_second_ == 0) return Done{};
  std::string name = std::to_string(account_id);
  name.append("/").append(region).append("/").append(action);
  std::uint32_t count = 0;
  {
    const MutexLock lock(mutex_);
    // A delayed caller may arrive with the second before; a clock that was set back is followed.
    if (const std::int64_t second = now_ms / 1000; second > second_ || second < second_ - 1) {
      second_ = second;
      counts_.clear();
    }
    if (counts_.size() >= kCountsMax && !counts_.contains(name)) {
      count = calls_per_second_ + 1;
    } else {
      count = ++counts_[std::move(name)];
    }
  }
  if (count <= calls_per_second_) return Done{};
  return Error(errors::kTooFrequent)
      .with("count", std::to_string(count))
      .with("limit", std::to_string(calls_per_second_));
}

}  // namespace sesame::cloudapi
