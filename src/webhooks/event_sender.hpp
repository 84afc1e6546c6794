#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "accounts/secret_box.hpp"
#include "base/clock.hpp"
#include "base/setting.hpp"
#include "base/thread_safety.hpp"
#include "messages/hold.hpp"
#include "net/http_poster.hpp"
#include "storage/database.hpp"
#include "webhooks/directory.hpp"
#include "webhooks/event_lane.hpp"
#include "webhooks/event_queue.hpp"

namespace sesame::webhooks {

/// How receivers are connected to.
struct PostingOptions : net::HttpPosterOptions {
  void visit(SettingVisitor& settings) {
    settings.flag("webhooks.allow_private", allow_private,
                  "whether webhooks may be at private addresses and on this machine");
    settings.file("webhooks.ca", ca_file,
                  "PEM file of certificates that sign those of webhooks; empty: the system's");
  }
};

struct EventSenderOptions {
  std::size_t at_once = 8;             // Posts under way per webhook.
  std::size_t at_once_in_all = 512;    // Posts under way in all; beyond it, one per webhook.
  std::size_t window = 256;            // Events in memory per webhook.
  std::size_t window_in_all = 20'000;  // Events in memory in all (but at least one per webhook with events).
  std::chrono::milliseconds timeout{10'000};
  /// Slower receivers get one post at a time while half of at_once_in_all is used.
  std::chrono::milliseconds slow{1'000};
  /// Pauses before the retries of an event; the last one repeats. The final retry comes when `lifetime` has
  /// passed since the event was queued.
  std::vector<std::chrono::seconds> pauses{std::chrono::minutes(1), std::chrono::minutes(5),
                                           std::chrono::minutes(30), std::chrono::hours(2),
                                           std::chrono::hours(6)};
  std::chrono::seconds lifetime = std::chrono::hours(24);
  std::chrono::milliseconds look_every{200};

  void visit(SettingVisitor& settings) {
    settings.number("webhooks.at_once", at_once, {1, 1000}, "posts under way to one webhook");
    settings.seconds("webhooks.timeout_s", timeout, {1, 600}, "seconds for one post to a webhook");
    settings.hours("webhooks.lifetime_hours", lifetime, {1, 720},
                   "hours after which an event that its webhook does not accept is given up");
    settings.seconds("webhooks.retry_s", pauses, {1, 86'400},
                     "seconds before each retry of an event; the last number repeats");
  }
};

/// Posts the queued events, on a thread of its own. Each webhook has a lane, so that a slow or absent
/// receiver delays no other. A receiver that is away gets one event at a time, after pauses that grow to five
/// minutes, until it replies again; one that fails at times or refuses some events (verdict_of()) keeps its
/// pace. A window of each queue is in memory, however long the queue on disk is.
///
/// An event is given up when it failed more than once and is older than its lifetime. Events older than the
/// lifetime are also given up while their webhook is disabled, or has accepted nothing for the lifetime as
/// far as this process has seen. While delivery is held, nothing is posted or given up.
///
/// Beside the documented body, each post carries `X-Sesame-Event-Id` (equal in all repeats) and
/// `X-Sesame-Signature: t=<UNIX seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>" by the webhook's secret>`,
/// with a second `v1` by the former secret for a day after its renewal.
///
/// Thread: one.
class EventSender {
 public:
  using Post = std::function<void(net::HttpPost, net::HttpPoster::Done)>;

  /// All references outlive the sender.
  EventSender(storage::Database& database, const accounts::SecretBox& box, const WebhookDirectory& directory,
              const Clock& clock, Post post, EventSenderOptions options = {},
              const messages::Hold* hold = nullptr);
  ~EventSender();  // stop()

  void start();
  /// Ends the sender's thread: no post is begun after the return. Answers of posts under way still count.
  void stop_posting();
  /// stop_posting(), then records the results so far. Posts without an answer are repeated at the next start.
  /// Stop the poster between the two: no `Done` may be called any more.
  void stop();

 private:
  struct PostAnswer {
    QueuedEvent event;
    net::HttpPosted posted;
    std::chrono::milliseconds took;
  };

  void run();
  bool wait();
  std::vector<PostAnswer> take_answered();
  std::vector<PostResult> judge(const std::vector<PostAnswer>& answered);
  PostResult judge(const PostAnswer& answered, std::int64_t now_ms) const;
  void record(std::vector<PostResult> results);
  void look();
  void fill(storage::Reader& reader, const Webhook& webhook, std::int64_t now_ms);
  void give_up_old_events(std::span<const Webhook> webhooks, std::int64_t now_ms);
  void send();
  bool may_send(const EventLane& lane, std::int64_t now_ms) const;
  void send_one(EventLane& lane, std::int64_t now_ms);

  storage::Database& database_;
  const accounts::SecretBox& box_;
  const WebhookDirectory& directory_;
  const Clock& clock_;
  const Post post_;
  const EventSenderOptions options_;
  const messages::Hold* const hold_;  // Null: never held.

  std::thread thread_;
  // Used only on the sender's thread, and by stop() after its end.
  std::map<std::int64_t, EventLane> lanes_;  // By webhook id.
  std::int64_t last_served_ = 0;             // Key in lanes_ of the lane served last.
  std::size_t under_way_ = 0;
  std::int64_t gave_up_ms_ = 0;

  Mutex mutex_;
  ConditionVariable changed_;
  std::vector<PostAnswer> answered_ SESAME_GUARDED_BY(mutex_);
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

/// Judges a reply: 2xx accepts; 4xx refuses the event, but for 401, 403, 408, 425 and 429; everything else,
/// silence included, is a failure of the receiver. Thread: any.
Verdict verdict_of(const net::HttpPosted& posted);

/// Computes the value of X-Sesame-Signature. `former`: null when only one secret signs. Thread: any.
std::string event_signature(const Secret& secret, const Secret* former, std::int64_t unix_s,
                            std::string_view body);

}  // namespace sesame::webhooks
