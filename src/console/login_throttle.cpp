#include "console/login_throttle.hpp"

#include <algorithm>

namespace sesame::console {
namespace {

std::string key_of_name(const std::string& name) { return "name:" + name; }
std::string key_of_network(const std::string& network) { return "network:" + network; }

}  // namespace

std::chrono::seconds LoginThrottle::begin(const std::string& name, const std::string& network, Time now) {
  const MutexLock lock(mutex_);
  const std::chrono::seconds wait =
      std::max(wait_of(key_of_name(name), now), wait_of(key_of_network(network), now));
  if (wait.count() > 0) return wait;
  count(key_of_name(name), now);
  count(key_of_network(network), now);
  return wait;
}

void LoginThrottle::succeeded(const std::string& name, const std::string& network) {
  const MutexLock lock(mutex_);
  failures_.erase(key_of_name(name));
  // Somebody with a password of their own must not win free attempts at others'.
  uncount(key_of_network(network));
}

void LoginThrottle::withdraw(const std::string& name, const std::string& network) {
  const MutexLock lock(mutex_);
  uncount(key_of_name(name));
  uncount(key_of_network(network));
}

std::chrono::seconds LoginThrottle::wait_of(const std::string& key, Time now) const {
  const auto found = failures_.find(key);
  if (found == failures_.end() || found->second.count < kFreeFailures) return {};
  const unsigned doublings = std::min(found->second.count - kFreeFailures, 6U);
  const std::chrono::seconds pause = std::min(kWaitMax, std::chrono::seconds(1U << doublings));
  const auto left = found->second.last + pause - now;
  return std::max(std::chrono::seconds(0), std::chrono::ceil<std::chrono::seconds>(left));
}

void LoginThrottle::count(const std::string& key, Time now) {
  if (failures_.size() >= kKeysMax && !failures_.contains(key)) {
    std::erase_if(failures_, [&](const auto& entry) { return now - entry.second.last >= kMemory; });
    // An attacker has that many networks: dropping all lets each begin anew, and memory stays bounded.
    if (failures_.size() >= kKeysMax) failures_.clear();
  }
  Failures& failures = failures_[key];
  if (now - failures.last >= kMemory) failures.count = 0;
  ++failures.count;
  failures.last = now;
}

void LoginThrottle::uncount(const std::string& key) {
  const auto found = failures_.find(key);
  if (found == failures_.end()) return;
  if (--found->second.count == 0) failures_.erase(found);
}

}  // namespace sesame::console
