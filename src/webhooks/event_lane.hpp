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

/// The events of one webhook that are in memory, and how its receiver does. Bookkeeping only; for one thread
/// at a time.
class EventLane {
 public:
  /// From the disk and up to `window`; those that are in memory already are passed over.
  void take_in(std::vector<QueuedEvent> due, std::size_t window);
  /// The next one, which is under way from now on. There is one.
  QueuedEvent next();

  /// An answer came: its place is free, but the event stays in memory until recorded().
  void answered(bool accepted, bool slow, std::int64_t now_ms);
  /// No answer will come.
  void abandoned() { --under_way_; }
  void recorded(std::int64_t event_id) { taken_.erase(event_id); }
  /// Something failed: nothing is sent for a while, ever longer, then one event at a time.
  void rest(std::int64_t now_ms);
  void rest_until(std::int64_t then_ms) { rests_until_ms_ = then_ms; }

  /// What is not under way is left to the disk.
  void drop_ready();
  /// Whether the webhook was changed since it was set up: url and secret are old.
  bool differs_from(const Webhook& webhook) const;
  /// A receiver of which nothing is known yet.
  void set_up(const Webhook& webhook, Secret secret);

  bool rests(std::int64_t now_ms) const { return now_ms < rests_until_ms_; }
  bool fails() const { return failures_ > 0; }
  /// Nothing was accepted since then.
  bool failed_since(std::int64_t then_ms) const { return fails() && failing_since_ms_ <= then_ms; }
  /// The last answer took long.
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
  std::set<std::int64_t> taken_;  // Ready, under way or not recorded yet.
  std::size_t under_way_ = 0;
  unsigned failures_ = 0;  // One after the other.
  std::int64_t failing_since_ms_ = 0;
  std::int64_t rests_until_ms_ = 0;
  bool slow_ = false;
};

}  // namespace sesame::webhooks
