#include "submission/login_throttle.hpp"

namespace sesame::submission {

bool LoginThrottle::may_try(const std::string& network, Time now) {
  if (failures_max_ == 0) return true;
  const MutexLock lock(mutex_);
  const auto found = networks_.find(network);
  if (found == networks_.end()) return true;
  if (now - found->second.first < period_) return found->second.count < failures_max_;
  networks_.erase(found);
  return true;
}

void LoginThrottle::failed(const std::string& network, Time now) {
  if (failures_max_ == 0) return;
  const MutexLock lock(mutex_);
  if (networks_.size() >= kNetworksMax && !networks_.contains(network)) make_room(now);
  Failures& failures = networks_[network];
  if (failures.count == 0 || now - failures.first >= period_) failures = {0, now};
  ++failures.count;
}

void LoginThrottle::make_room(Time now) {
  std::erase_if(networks_, [&](const auto& entry) { return now - entry.second.first >= period_; });
  // An attacker has that many networks: dropping all lets each begin anew, and memory stays bounded.
  if (networks_.size() >= kNetworksMax) networks_.clear();
}

}  // namespace sesame::submission
