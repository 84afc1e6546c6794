#include "delivery/crowded_queues.hpp"

#include <utility>

namespace sesame::delivery {

void CrowdedQueues::add(messages::Crowd crowd, messages::DueQueue queue) {
  const std::int64_t queue_id = queue.queue_id;
  remove(queue_id);
  if (crowd_of_.size() >= kQueuesMax) return;
  crowd_of_.emplace(queue_id, crowd);
  waiting_[crowd].queues.emplace(queue_id, std::move(queue));
}

void CrowdedQueues::remove(std::int64_t queue_id) {
  const auto found = crowd_of_.find(queue_id);
  if (found == crowd_of_.end()) return;
  const auto waiting = waiting_.find(found->second);
  waiting->second.queues.erase(queue_id);
  if (waiting->second.queues.empty()) waiting_.erase(waiting);
  crowd_of_.erase(found);
}

std::vector<CrowdedQueues::Turn> CrowdedQueues::take(messages::Admission& admission) {
  std::vector<Turn> turns;
  for (auto waiting = waiting_.begin(); waiting != waiting_.end();) {
    auto& [queues, last] = waiting->second;
    for (std::size_t room = admission.room(waiting->first); room > 0 && !queues.empty(); --room) {
      auto next = queues.upper_bound(last);
      if (next == queues.end()) next = queues.begin();
      last = next->first;
      crowd_of_.erase(last);
      turns.push_back({std::move(next->second), waiting->first});
      queues.erase(next);
    }
    waiting = queues.empty() ? waiting_.erase(waiting) : std::next(waiting);
  }
  return turns;
}

}  // namespace sesame::delivery
