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
#include "base/thread_safety.hpp"
#include "net/http_poster.hpp"
#include "storage/database.hpp"
#include "webhooks/directory.hpp"
#include "webhooks/event_lane.hpp"
#include "webhooks/event_queue.hpp"

namespace sesame::webhooks {

struct EventSenderOptions {
  std::size_t at_once = 8;             // Posts under way to one webhook.
  std::size_t at_once_in_all = 512;    // Beyond it a webhook has one post under way.
  std::size_t window = 256;            // Events of one webhook in memory,
  std::size_t window_in_all = 20'000;  // of all together (but at least one of each that has some).
  std::chrono::milliseconds timeout{10'000};
  /// Who takes longer to answer has one post under way while half of at_once_in_all are taken.
  std::chrono::milliseconds slow{1'000};
  /// Before each retry of an event; the last repeats. The final one comes when `lifetime` has passed since it
  /// was queued.
  std::vector<std::chrono::seconds> pauses{std::chrono::minutes(1), std::chrono::minutes(5),
                                           std::chrono::minutes(30), std::chrono::hours(2),
                                           std::chrono::hours(6)};
  std::chrono::seconds lifetime = std::chrono::hours(24);
  std::chrono::milliseconds look_every{200};
};

/// Tells the queued events: each webhook has a lane of its own, so that one whose receiver is slow or away
/// delays nobody else's. A receiver that fails is asked with one event at a time, after ever longer rests (up
/// to five minutes), until it accepts again. Keeps a window of each queue in memory, whatever waits on disk.
/// Given up is an event that failed more than once and is older than its lifetime; what waits for a webhook
/// that is off for longer than that; and what waits for one that has accepted nothing for so long, as far as
/// this program has seen.
///
/// Each post carries, beside the documented body, `X-Sesame-Event-Id` (the same in every repeat) and
/// `X-Sesame-Signature: t=<UNIX seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>" by the webhook's secret>`.
class EventSender {
 public:
  using Post = std::function<void(net::HttpPost, net::HttpPoster::Done)>;

  /// What is given outlives the sender.
  EventSender(storage::Database& database, const accounts::SecretBox& box, const WebhookDirectory& directory,
              const Clock& clock, Post post, EventSenderOptions options = {});
  ~EventSender();  // stop()

  void start();
  /// Writes what is known and ends. Posts that were under way are repeated by the next program. The poster
  /// must have stopped: no Done comes any more.
  void stop();

 private:
  struct PostAnswer {
    QueuedEvent event;
    net::HttpPosted posted;
    std::chrono::milliseconds took;
  };

  void run();
  bool wait();
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

  std::thread thread_;
  // Only on the thread.
  std::map<std::int64_t, EventLane> lanes_;  // By the id of the webhook.
  std::int64_t last_served_ = 0;             // Of lanes_: the next has its turn.
  std::size_t under_way_ = 0;
  std::int64_t gave_up_ms_ = 0;

  Mutex mutex_;
  ConditionVariable changed_;
  std::vector<PostAnswer> answered_ SESAME_GUARDED_BY(mutex_);
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

/// The value of X-Sesame-Signature. Pure.
std::string event_signature(std::string_view secret, std::int64_t unix_s, std::string_view body);

}  // namespace sesame::webhooks
