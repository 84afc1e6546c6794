#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "webhooks/event_queue.hpp"
#include "webhooks/webhooks.hpp"

namespace sesame::webhooks {

/// The meaning of a reply. `refused` speaks of its event: the receiver is well, and the next event may be
/// accepted. `failed` and `busy` speak of the receiver: nothing else will fare better for now.
enum class Verdict : std::uint8_t { accepted, refused, failed, busy };

/// A reply to a post, or its absence.
struct LaneReply {
  Verdict verdict = Verdict::accepted;
  bool slow = false;
  std::int64_t pause_ms = 0;  // The pause that a busy or failed receiver asked for; 0: none.
};

/// The events of one webhook in memory, and its receiver's state. Bookkeeping only. Thread: one.
class EventLane {
 public:
  /// Adds due events from the database until `window` are ready; events already in memory are skipped.
  void take_in(std::vector<QueuedEvent> due, std::size_t window);
  /// Takes the next event, which is under way from now on. Requires ready() > 0.
  QueuedEvent next();

  /// Failures in a row after which the receiver counts as away. One that fails at times is not.
  static constexpr unsigned kFailuresUntilAway = 8;

  /// Counts a reply: frees the event's place; the event stays in memory until recorded(). The lane rests when
  /// the receiver is away, busy or asks for a pause.
  void answered(const LaneReply& reply, std::int64_t now_ms);
  /// Frees the place of an event whose reply will never come.
  void abandoned() { --under_way_; }
  void recorded(std::int64_t event_id) { taken_.erase(event_id); }
  /// Pauses the lane, longer with each pause in a row and at least for `pause_ms`; afterwards it sends one
  /// event at a time until the receiver replies again.
  void rest(std::int64_t now_ms, std::int64_t pause_ms = 0);
  void rest_until(std::int64_t then_ms) { rests_until_ms_ = then_ms; }

  /// Drops the events that are ready; the database still has them.
  void drop_ready();
  /// Whether the webhook's URL or secret changed since set_up().
  bool differs_from(const Webhook& webhook) const;
  /// Starts over with a new URL and secrets, and without a history of failures.
  void set_up(const Webhook& webhook, WebhookSecrets secrets);

  bool rests(std::int64_t now_ms) const { return now_ms < rests_until_ms_; }
  /// Whether the receiver was away or busy when it was last posted to.
  bool fails() const { return rests_ > 0; }
  /// Whether all posts since `then_ms` failed.
  bool failed_since(std::int64_t then_ms) const { return failures_ > 0 && failing_since_ms_ <= then_ms; }
  /// Whether the last reply was slow.
  bool is_slow() const { return slow_; }
  std::size_t ready() const { return ready_.size(); }
  std::size_t taken() const { return taken_.size(); }
  std::size_t under_way() const { return under_way_; }
  const std::string& url() const { return url_; }
  const WebhookSecrets& secrets() const { return secrets_; }

 private:
  std::string url_;
  std::string secret_version_;
  WebhookSecrets secrets_;
  std::deque<QueuedEvent> ready_;
  std::set<std::int64_t> taken_;  // Events ready, under way, or with an unrecorded result.
  std::size_t under_way_ = 0;
  unsigned failures_ = 0;  // Failures in a row.
  unsigned rests_ = 0;     // Pauses in a row.
  std::int64_t failing_since_ms_ = 0;
  std::int64_t rests_until_ms_ = 0;
  bool slow_ = false;
};

}  // namespace sesame::webhooks
