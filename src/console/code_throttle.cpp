#include "console/code_throttle.hpp"

#include <algorithm>

namespace sesame::console {

/// The wrong codes that still count after the hours since.
CodeThrottle::Wrong CodeThrottle::left_of(Wrong wrong, Time now) {
  const auto hours = std::max<std::int64_t>(0, (now - wrong.since) / kPause);
  wrong.count -= static_cast<unsigned>(std::min<std::int64_t>(hours, wrong.count));
  wrong.since += hours * kPause;
  return wrong;
}

std::chrono::seconds CodeThrottle::begin(std::int64_t user_id, Time now) {
  const MutexLock lock(mutex_);
  // Users with a wrong code of the last hours: as many as know passwords, so this bound is never reached.
  if (wrong_.size() >= kUsersMax) {
    std::erase_if(wrong_, [now](const auto& entry) { return left_of(entry.second, now).count == 0; });
    if (wrong_.size() >= kUsersMax && !wrong_.contains(user_id)) return kPause;
  }
  Wrong& wrong = wrong_[user_id];
  wrong = left_of(wrong, now);
  if (wrong.count >= kFree) return std::chrono::ceil<std::chrono::seconds>(wrong.since + kPause - now);
  if (wrong.count == 0) wrong.since = now;
  ++wrong.count;
  return {};
}

void CodeThrottle::withdraw(std::int64_t user_id) {
  const MutexLock lock(mutex_);
  const auto found = wrong_.find(user_id);
  if (found != wrong_.end() && found->second.count > 0 && --found->second.count == 0) wrong_.erase(found);
}

}  // namespace sesame::console
