#include "webhooks/event_sender.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/hex.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/start_thread.hpp"
#include "base/thread_name.hpp"
#include "base/utf8.hpp"

namespace sesame::webhooks {

namespace {

constexpr std::int64_t kUnreadableRestMs = 300'000;
constexpr std::int64_t kGiveUpEveryMs = 60'000;
constexpr std::int64_t kGivenUpAtOnce = 4'000;  // Takes the database's writer some milliseconds.
constexpr std::size_t kAnswerBytesMax = 300;

std::string answer_text(const net::HttpPosted& posted) {
  const std::string text = posted.status != 0 ? "HTTP " + std::to_string(posted.status) : posted.problem;
  return std::string(utf8::truncate(utf8::mended_to_store(text), kAnswerBytesMax));
}

}  // namespace

namespace {

/// The HMAC of `start` and `body`, in hexadecimal.
std::string proof(std::string_view secret, std::string_view start, std::string_view body) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac;
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
  crypto_auth_hmacsha256_update(&state, bytes(start), start.size());
  crypto_auth_hmacsha256_update(&state, bytes(body), body.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  sodium_memzero(&state, sizeof state);
  return encode_hex({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

}  // namespace

Verdict verdict_of(const net::HttpPosted& posted) {
  if (posted.accepted()) return Verdict::accepted;
  switch (posted.status) {
    case 429:  // Too Many Requests, RFC 6585 §4.
      return Verdict::busy;
    case 401:
    case 403:
    case 408:  // Request Timeout.
    case 425:  // Too Early, RFC 8470 §5.2.
      return Verdict::failed;
    default:
      return posted.status / 100 == 4 ? Verdict::refused : Verdict::failed;
  }
}

std::string event_signature(const Secret& secret, const Secret* former, std::int64_t unix_s,
                            std::string_view body) {
  const std::string time = std::to_string(unix_s);
  std::string signature = "t=" + time + ",v1=" + proof(secret.reveal(), time + ".", body);
  if (former != nullptr) signature += ",v1=" + proof(former->reveal(), time + ".", body);
  return signature;
}

EventSender::EventSender(storage::Database& database, const accounts::SecretBox& box,
                         const WebhookDirectory& directory, const Clock& clock, Post post,
                         EventSenderOptions options, const messages::Hold* hold)
    : database_(database),
      box_(box),
      directory_(directory),
      clock_(clock),
      post_(std::move(post)),
      options_(std::move(options)),
      hold_(hold) {}

EventSender::~EventSender() { stop(); }

void EventSender::start() {
  thread_ = start_thread([this] { run(); });
}

void EventSender::stop() {
  stop_posting();
  record(judge(take_answered()));
}

void EventSender::stop_posting() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void EventSender::run() {
  name_this_thread("webhooks");
  while (wait()) {
    if (hold_ != nullptr && hold_->held()) continue;
    std::vector<PostResult> results = judge(take_answered());
    // Free places are used before waiting for the disk.
    send();
    record(std::move(results));
    look();
    send();
  }
}

std::vector<EventSender::PostAnswer> EventSender::take_answered() {
  std::vector<PostAnswer> answered;
  const MutexLock lock(mutex_);
  answered.swap(answered_);
  return answered;
}

/// False when the sender must end.
bool EventSender::wait() {
  MutexLock lock(mutex_);
  changed_.wait_for(lock, options_.look_every,
                    [this]() SESAME_REQUIRES(mutex_) { return stopping_ || !answered_.empty(); });
  return !stopping_;
}

/// Frees the places of answered posts and turns replies into results.
std::vector<PostResult> EventSender::judge(const std::vector<PostAnswer>& answered) {
  const std::int64_t now_ms = clock_.now_ms();
  std::vector<PostResult> results;
  for (const PostAnswer& one : answered) {
    --under_way_;
    const auto lane = lanes_.find(one.event.webhook_id);
    if (lane == lanes_.end()) continue;
    if (one.posted.stopped) {
      lane->second.abandoned();
      continue;
    }
    const std::chrono::milliseconds pause = one.posted.retry_after;
    lane->second.answered({verdict_of(one.posted), one.took > options_.slow, pause.count()}, now_ms);
    results.push_back(judge(one, now_ms));
  }
  return results;
}

PostResult EventSender::judge(const PostAnswer& answered, std::int64_t now_ms) const {
  static Counter& accepted =
      counter("sesame_webhook_posts_total", "Posts of events to webhooks", {{"result", "accepted"}});
  static Counter& failed =
      counter("sesame_webhook_posts_total", "Posts of events to webhooks", {{"result", "failed"}});
  const QueuedEvent& event = answered.event;
  PostResult result{event.id, event.webhook_id, EventState::accepted, now_ms, answer_text(answered.posted)};
  if (answered.posted.accepted()) {
    accepted.add();
    return result;
  }
  failed.add();
  const std::int64_t end_ms = event.queued_ms + std::chrono::milliseconds(options_.lifetime).count();
  // An event that waited behind others for its lifetime still gets a second attempt.
  const bool ends = now_ms >= end_ms && event.attempts > 0;
  result.state = ends ? EventState::given_up : EventState::waiting;
  const std::size_t step = std::min<std::size_t>(event.attempts, options_.pauses.size() - 1);
  result.next_attempt_ms = now_ms + std::chrono::milliseconds(options_.pauses[step]).count();
  if (now_ms < end_ms) result.next_attempt_ms = std::min(result.next_attempt_ms, end_ms);
  return result;
}

void EventSender::record(std::vector<PostResult> results) {
  if (results.empty()) return;
  const Status written =
      database_.write_and_wait(storage::Priority::bulk, [&](storage::Writer& writer) -> Status {
        record_results(writer, results);
        return Done{};
      });
  if (!written) log_warning("webhooks.events_not_recorded", {{"reason", written.error().reason()}});
  for (const PostResult& one : results) {
    const auto lane = lanes_.find(one.webhook_id);
    if (lane == lanes_.end()) continue;
    lane->second.recorded(one.id);
    // Events without a recorded result are posted again, but not in a tight loop while the disk is full.
    if (!written) lane->second.rest(clock_.now_ms());
  }
}

/// Fills the lanes from the database. Lanes of deleted or disabled webhooks, and of those without waiting
/// events, end after their posts under way.
void EventSender::look() {
  static Gauge& depth = gauge("sesame_webhook_events_waiting", "Stored events that wait for their receiver");
  const std::int64_t now_ms = clock_.now_ms();
  const bool gives_up = now_ms - gave_up_ms_ >= kGiveUpEveryMs || now_ms < gave_up_ms_;
  if (directory_.empty() && lanes_.empty() && !gives_up) return;
  std::vector<Webhook> webhooks;
  const Status read = database_.read_and_wait([&](storage::Reader& reader) -> Status {
    webhooks = webhooks_with_waiting(reader);
    std::set<std::int64_t> known;
    for (const Webhook& webhook : webhooks) {
      if (!webhook.enabled) continue;
      known.insert(webhook.id);
      fill(reader, webhook, now_ms);
    }
    for (auto& [id, lane] : lanes_) {
      if (!known.contains(id)) lane.drop_ready();
    }
    std::erase_if(lanes_, [&](const auto& lane) {
      return !known.contains(lane.first) && lane.second.under_way() == 0;
    });
    return Done{};
  });
  if (!read) return log_warning("webhooks.events_not_read", {{"reason", read.error().reason()}});
  double waiting = 0;
  for (const Webhook& webhook : webhooks) waiting += static_cast<double>(webhook.waiting);
  depth.set(waiting);
  if (gives_up) give_up_old_events(webhooks, now_ms);
}

void EventSender::fill(storage::Reader& reader, const Webhook& webhook, std::int64_t now_ms) {
  EventLane& lane = lanes_[webhook.id];
  if (lane.differs_from(webhook)) {
    auto secrets = webhook_secrets(reader, box_, webhook.id);
    if (!secrets) {
      if (!lane.rests(now_ms)) log_error("webhooks.secret_not_opened", {{"webhook", webhook.id}});
      lane.drop_ready();
      return lane.rest_until(now_ms + kUnreadableRestMs);
    }
    lane.set_up(webhook, std::move(*secrets));
  }
  const bool all_taken = static_cast<std::size_t>(webhook.waiting) <= lane.taken();
  if (all_taken || lane.ready() > options_.at_once || lane.rests(now_ms)) return;
  const std::size_t share = std::max<std::size_t>(1, options_.window_in_all / lanes_.size());
  const std::size_t window = lane.fails() ? 1 : std::min(options_.window, share);
  // The query returns events in memory again, before all others.
  lane.take_in(due_events(reader, webhook.id, now_ms, window + lane.taken()), window);
}

/// Gives up events of webhooks that are disabled or have accepted nothing for `lifetime`. Slow or recently
/// failing webhooks still get old events.
void EventSender::give_up_old_events(std::span<const Webhook> webhooks, std::int64_t now_ms) {
  const std::int64_t before_ms = now_ms - std::chrono::milliseconds(options_.lifetime).count();
  bool all = true;
  for (const Webhook& webhook : webhooks) {
    const auto lane = lanes_.find(webhook.id);
    if (webhook.enabled && (lane == lanes_.end() || !lane->second.failed_since(before_ms))) continue;
    const Result<std::int64_t> count = database_.change<std::int64_t>(
        storage::Priority::bulk, [&](storage::Writer& writer) -> Result<std::int64_t> {
          return give_up_old(writer, webhook.id, before_ms, kGivenUpAtOnce);
        });
    if (!count) return log_warning("webhooks.events_not_given_up", {{"reason", count.error().reason()}});
    all = all && *count < kGivenUpAtOnce;
  }
  if (all) gave_up_ms_ = now_ms;
}

/// Serves the lanes in turns, one event each, so that none takes all places.
void EventSender::send() {
  const std::int64_t now_ms = clock_.now_ms();
  for (bool sent = true; sent;) {
    sent = false;
    auto lane = lanes_.upper_bound(last_served_);
    for (std::size_t i = 0; i < lanes_.size(); ++i, ++lane) {
      if (lane == lanes_.end()) lane = lanes_.begin();
      if (!may_send(lane->second, now_ms)) continue;
      last_served_ = lane->first;
      send_one(lane->second, now_ms);
      sent = true;
    }
  }
}

bool EventSender::may_send(const EventLane& lane, std::int64_t now_ms) const {
  if (lane.ready() == 0 || lane.rests(now_ms)) return false;
  // Every lane has one place, however many others are slow.
  if (lane.under_way() == 0) return true;
  const bool crowded = 2 * under_way_ >= options_.at_once_in_all;
  const bool one_only = lane.fails() || (crowded && lane.is_slow());
  return !one_only && lane.under_way() < options_.at_once && under_way_ < options_.at_once_in_all;
}

void EventSender::send_one(EventLane& lane, std::int64_t now_ms) {
  QueuedEvent event = lane.next();
  ++under_way_;
  const WebhookSecrets& secrets = lane.secrets();
  const std::string signature =
      event_signature(secrets.current, secrets.former_at(now_ms), now_ms / 1000, event.body);
  net::HttpPost post;
  post.url = lane.url();
  post.timeout = options_.timeout;
  post.headers = {{"Content-Type", "application/json; charset=utf-8"},
                  {"X-Sesame-Event-Id", std::to_string(event.id)},
                  {"X-Sesame-Signature", signature}};
  post.body = event.body;
  const auto begin = clock_.steady_now();
  post_(std::move(post), [this, begin, event = std::move(event)](net::HttpPosted posted) mutable {
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady_now() - begin);
    const MutexLock lock(mutex_);
    answered_.push_back({std::move(event), std::move(posted), took});
    changed_.notify_all();
  });
}

}  // namespace sesame::webhooks
