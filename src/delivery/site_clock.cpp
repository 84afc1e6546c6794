#include "delivery/site_clock.hpp"

#include <algorithm>
#include <utility>

namespace sesame::delivery {

SiteClock::SiteClock(SitePolicy policy, unsigned connections_max, Random& random)
    : policy_(policy), random_(random), max_(std::max(connections_max, 1U)), allowed_(max_) {}

bool SiteClock::begin(Time now) {
  const MutexLock lock(mutex_);
  if (open_ + opening_ >= allowed_ || now < not_before_) return false;
  ++opening_;
  return true;
}

void SiteClock::not_begun() {
  const MutexLock lock(mutex_);
  --opening_;
}

void SiteClock::set_max(unsigned connections_max) {
  const MutexLock lock(mutex_);
  const bool was_free = allowed_ >= max_;
  max_ = std::max(connections_max, 1U);
  allowed_ = was_free ? max_ : std::min(allowed_, max_);
}

bool SiteClock::pauses(Time now) const {
  const MutexLock lock(mutex_);
  return failures_ > 0 && open_ == 0 && now < not_before_;
}

bool SiteClock::opened() {
  const MutexLock lock(mutex_);
  --opening_;
  ++open_;
  not_before_ = Time{};
  // Slow start: a server that comes back is not flooded by all waiting mail.
  allowed_ = std::min(max_, std::max(allowed_, 1U) * 2);
  return std::exchange(failures_, 0) > 0;
}

bool SiteClock::failed(Time now) {
  const MutexLock lock(mutex_);
  --opening_;
  return count_failure(now);
}

void SiteClock::closed_unused(Time now) {
  const MutexLock lock(mutex_);
  --open_;
  count_failure(now);
}

bool SiteClock::count_failure(Time now) {
  // While other connections are open the server is up and refuses further ones: keep the open ones.
  allowed_ = std::max(open_, 1U);
  if (now < not_before_) return false;  // It was opened together with the one that failed first.
  const unsigned doublings = std::min(failures_, 20U);
  const auto longest = policy_.longest_pause;
  const auto pause = std::min(longest, policy_.first_pause * (std::int64_t{1} << doublings));
  const double share = static_cast<double>(random_.next() >> 11) * 0x1p-53;
  const double factor = 1 + policy_.jitter * (2 * share - 1);
  not_before_ = now + std::chrono::duration_cast<std::chrono::milliseconds>(pause * factor);
  return ++failures_ == 1;
}

void SiteClock::closed() {
  const MutexLock lock(mutex_);
  --open_;
}

}  // namespace sesame::delivery
