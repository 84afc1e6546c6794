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

/// The events of one webhook in memory, and its receiver's state. Bookkeeping only. Thread: one.
class EventLane {
 public:
  /// Adds due events from the database until `window` are ready; events already in memory are skipped.
  void take_in(std::vector<QueuedEvent> due, std::size_t window);
  /// Takes the next event, which is under way from now on. Requires ready() > 0.
  QueuedEvent next();

  /// Counts a reply: frees the event's place; the event stays in memory until recorded().
  void answered(bool accepted, bool slow, std::int64_t now_ms);
  /// Frees the place of an event whose reply will never come.
  void abandoned() { --under_way_; }
  void recorded(std::int64_t event_id) { taken_.erase(event_id); }
  /// Pauses the lane after a failure, longer with each failure in a row; afterwards it sends one event at a
  /// time until one is accepted.
  void rest(std::int64_t now_ms);
  void rest_until(std::int64_t then_ms) { rests_until_ms_ = then_ms; }

  /// Drops the events that are ready; the database still has them.
  void drop_ready();
  /// Whether the webhook's URL or secret changed since set_up().
  bool differs_from(const Webhook& webhook) const;
  /// Starts over with a new URL and secret, and without a history of failures.
  void set_up(const Webhook& webhook, Secret secret);

  bool rests(std::int64_t now_ms) const { return now_ms < rests_until_ms_; }
  bool fails() const { return failures_ > 0; }
  /// Whether all posts since `then_ms` failed.
  bool failed_since(std::int64_t then_ms) const { return fails() && failing_since_ms_ <= then_ms; }
  /// Whether the last reply was slow.
  bool is_slow() const { return slow_; }
  std::size_t ready() const { return ready_.size(); }
  std::size_t taken() const { return taken_.size(); }
  std::size_t under_way() const { return under_way_; }
  const std::string& url() const { return url_; }
  const Secret& secret() const { return secret_; }

 private:
  std::string url_;
  std::string secret_version_;
  Secret secret_;
  std::deque<QueuedEvent> ready_;
  std::set<std::int64_t> taken_;  // Events ready, under way, or with an unrecorded result.
  std::size_t under_way_ = 0;
  unsigned failures_ = 0;  // Failures in a row.
  std::int64_t failing_since_ms_ = 0;
  std::int64_t rests_until_ms_ = 0;
  bool slow_ = false;
};

}  // namespace sesame::webhooks
