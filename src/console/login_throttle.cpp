#include "console/login_throttle.hpp"

#include <algorithm>

namespace sesame::console {
namespace {

std::string key_of_name(const std::string& name) { return "name:" + name; }
std::string key_of_network(const std::string& network) { return "network:" + network; }
std::string key_of_pair(const std::string& name, const std::string& network) {
  return "pair:" + network + " " + name;
}

}  // namespace

std::chrono::seconds LoginThrottle::begin(const std::string& name, const std::string& network, Time now) {
  const std::string pair = key_of_pair(name, network);
  const MutexLock lock(mutex_);
  std::chrono::seconds wait =
      std::max(wait_of(pair, kOfPair, now), wait_of(key_of_network(network), kOfNetwork, now));
  if (!is_known(pair, now)) wait = std::max(wait, wait_of(key_of_name(name), kOfName, now));
  if (wait.count() > 0) return wait;
  for (const std::string& key : {pair, key_of_network(network), key_of_name(name)}) count(key, now);
  return wait;
}

void LoginThrottle::succeeded(const std::string& name, const std::string& network, Time now) {
  const std::string pair = key_of_pair(name, network);
  const MutexLock lock(mutex_);
  failures_.erase(pair);
  // Somebody with a password of their own must not win free attempts at others', nor a login those of
  // strangers.
  uncount(key_of_network(network));
  uncount(key_of_name(name));
  if (known_.size() >= kKeysMax && !known_.contains(pair)) {
    std::erase_if(known_, [&](const auto& entry) { return now - entry.second >= kKnownFor; });
    if (known_.size() >= kKeysMax) known_.clear();
  }
  known_[pair] = now;
}

void LoginThrottle::withdraw(const std::string& name, const std::string& network) {
  const MutexLock lock(mutex_);
  for (const std::string& key : {key_of_pair(name, network), key_of_network(network), key_of_name(name)})
    uncount(key);
}

bool LoginThrottle::is_known(const std::string& pair, Time now) const {
  const auto found = known_.find(pair);
  return found != known_.end() && now - found->second < kKnownFor;
}

std::chrono::seconds LoginThrottle::wait_of(const std::string& key, const Pace& pace, Time now) const {
  const auto found = failures_.find(key);
  if (found == failures_.end() || found->second.count < pace.free) return {};
  const unsigned doublings = std::min(found->second.count - pace.free, 6U);
  const std::chrono::seconds pause = std::min(pace.wait_max, std::chrono::seconds(1U << doublings));
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
