#include "net/peer_counts.hpp"

namespace sesame::net {

bool PeerCounts::enter(const std::string& network, std::size_t max) {
  const MutexLock lock(mutex_);
  const auto entry = counts_.try_emplace(network, 0).first;
  if (entry->second >= max) {
    if (entry->second == 0) counts_.erase(entry);
    return false;
  }
  ++entry->second;
  return true;
}

void PeerCounts::leave(const std::string& network) {
  const MutexLock lock(mutex_);
  const auto found = counts_.find(network);
  if (found != counts_.end() && --found->second == 0) counts_.erase(found);
}

}  // namespace sesame::net
