#include "webhooks/event_lane.hpp"

#include <algorithm>
#include <utility>

namespace sesame::webhooks {

namespace {

constexpr std::int64_t kFirstRestMs = 1'000;
constexpr std::int64_t kRestMsMax = 300'000;

std::int64_t rest_ms(unsigned rests) {
  return std::min(kRestMsMax, kFirstRestMs << std::min(rests - 1, 20U));
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

void EventLane::answered(const LaneReply& reply, std::int64_t now_ms) {
  --under_way_;
  slow_ = reply.slow;
  if (reply.verdict == Verdict::accepted || reply.verdict == Verdict::refused) {
    failures_ = 0;
    rests_ = 0;
    rests_until_ms_ = 0;
    return;
  }
  if (failures_++ == 0) failing_since_ms_ = now_ms;
  const bool asks = reply.verdict == Verdict::busy || reply.pause_ms > 0;
  if (fails() || asks || failures_ >= kFailuresUntilAway) rest(now_ms, reply.pause_ms);
}

void EventLane::rest(std::int64_t now_ms, std::int64_t pause_ms) {
  drop_ready();  // The receiver may be away for long.
  const std::int64_t asked_until_ms = now_ms + std::min(pause_ms, kRestMsMax);
  // Posts that were under way beside the first failure don't count as further failures.
  const std::int64_t until_ms = rests(now_ms) ? rests_until_ms_ : now_ms + rest_ms(++rests_);
  rests_until_ms_ = std::max(until_ms, asked_until_ms);
}

void EventLane::drop_ready() {
  for (const QueuedEvent& event : ready_) taken_.erase(event.id);
  ready_.clear();
}

bool EventLane::differs_from(const Webhook& webhook) const {
  return secret_version_ != webhook.secret_version || url_ != webhook.url;
}

void EventLane::set_up(const Webhook& webhook, WebhookSecrets secrets) {
  drop_ready();
  url_ = webhook.url;
  secret_version_ = webhook.secret_version;
  secrets_ = std::move(secrets);
  failures_ = 0;
  rests_ = 0;
  rests_until_ms_ = 0;
  slow_ = false;
}

}  // namespace sesame::webhooks
