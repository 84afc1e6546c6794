#include "webhooks/event_lane.hpp"

#include <algorithm>
#include <utility>

namespace sesame::webhooks {

namespace {

constexpr std::int64_t kFirstRestMs = 1'000;
constexpr std::int64_t kRestMsMax = 300'000;

std::int64_t rest_ms(unsigned failures) {
  return std::min(kRestMsMax, kFirstRestMs << std::min(failures - 1, 20U));
}

}  // namespace

void EventLane::take_in(std::vector<QueuedEvent> due, std::size_t window) {
  for (QueuedEvent& event : due) {
    if (ready_.size() >= window) return;
    if (taken_.insert(event.id).second) ready_.push_back(std::move(event));
  }
}

QueuedEvent EventLane::next() {
  QueuedEvent event = std::move(ready_.front());
  ready_.pop_front();
  ++under_way_;
  return event;
}

void EventLane::answered(bool accepted, bool slow, std::int64_t now_ms) {
  --under_way_;
  slow_ = slow;
  if (!accepted) return rest(now_ms);
  failures_ = 0;
  rests_until_ms_ = 0;
}

void EventLane::rest(std::int64_t now_ms) {
  drop_ready();  // The receiver may be away for long.
  // Posts that were under way beside the first failure don't count as further failures.
  if (rests(now_ms)) return;
  if (failures_ == 0) failing_since_ms_ = now_ms;
  rests_until_ms_ = now_ms + rest_ms(++failures_);
}

void EventLane::drop_ready() {
  for (const QueuedEvent& event : ready_) taken_.erase(event.id);
  ready_.clear();
}

bool EventLane::differs_from(const Webhook& webhook) const {
  return secret_version_ != webhook.secret_version || url_ != webhook.url;
}

void EventLane::set_up(const Webhook& webhook, Secret secret) {
  drop_ready();
  url_ = webhook.url;
  secret_version_ = webhook.secret_version;
  secret_ = std::move(secret);
  failures_ = 0;
  rests_until_ms_ = 0;
  slow_ = false;
}

}  // namespace sesame::webhooks
