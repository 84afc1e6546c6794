#include "feedback/event_sender.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/hex.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/thread_name.hpp"

namespace sesame::feedback {

namespace {

constexpr std::int64_t kFirstRestMs = 1'000;
constexpr std::int64_t kRestMsMax = 300'000;
constexpr std::int64_t kGiveUpEveryMs = 60'000;
constexpr std::int64_t kGivenUpAtOnce = 4'000;  // Some milliseconds of the database's writer.
constexpr std::size_t kAnswerBytesMax = 300;

std::string answer_text(const net::HttpPosted& posted) {
  std::string text = posted.status != 0 ? "HTTP " + std::to_string(posted.status) : posted.problem;
  if (text.size() > kAnswerBytesMax) text.resize(kAnswerBytesMax);
  return text;
}

std::int64_t rest_ms(unsigned failures) {
  return std::min(kRestMsMax, kFirstRestMs << std::min(failures - 1, 20U));
}

}  // namespace

std::string event_signature(std::string_view secret, std::int64_t unix_s, std::string_view body) {
  const std::string time = std::to_string(unix_s);
  const std::string start = time + ".";
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
  return "t=" + time + ",v1=" + encode_hex({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

void EventSender::Lane::forget_ready() {
  for (const QueuedEvent& event : ready) taken.erase(event.id);
  ready.clear();
}

void EventSender::Lane::rest(std::int64_t now_ms) {
  forget_ready();
  // What was under way beside the first failure says nothing new.
  if (now_ms >= rests_until_ms) rests_until_ms = now_ms + rest_ms(++failures);
}

EventSender::EventSender(storage::Database& database, const accounts::SecretBox& box,
                         const WebhookDirectory& directory, const Clock& clock, Post post,
                         EventSenderOptions options)
    : database_(database),
      box_(box),
      directory_(directory),
      clock_(clock),
      post_(std::move(post)),
      options_(std::move(options)) {}

EventSender::~EventSender() { stop(); }

void EventSender::start() {
  thread_ = std::thread([this] { run(); });
}

void EventSender::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void EventSender::run() {
  name_this_thread("webhooks");
  bool goes_on = true;
  while (goes_on) {
    goes_on = wait();
    std::vector<Answered> answered;
    {
      const std::lock_guard lock(mutex_);
      answered.swap(answered_);
    }
    std::vector<Told> told = judge(answered);
    // The places that became free are taken before the disk is waited for.
    if (goes_on) send();
    record(std::move(told));
    if (!goes_on) return;
    look();
    send();
  }
}

/// False: it is to end.
bool EventSender::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, options_.look_every, [this] { return stopping_ || !answered_.empty(); });
  return !stopping_;
}

/// Frees the places of what was answered.
std::vector<Told> EventSender::judge(const std::vector<Answered>& answered) {
  const std::int64_t now_ms = clock_.now_ms();
  std::vector<Told> told;
  for (const Answered& one : answered) {
    --under_way_;
    const auto lane = lanes_.find(one.event.webhook_id);
    if (lane == lanes_.end()) continue;
    --lane->second.under_way;
    // The program ends: nobody knows whether it arrived.
    if (one.posted.status == 0 && one.posted.problem == "stopped") continue;
    told.push_back(judge(lane->second, one, now_ms));
  }
  return told;
}

Told EventSender::judge(Lane& lane, const Answered& answered, std::int64_t now_ms) const {
  static Counter& accepted = counter("sesame_webhook_posts_total", "events told", {{"result", "accepted"}});
  static Counter& failed = counter("sesame_webhook_posts_total", "events told", {{"result", "failed"}});
  const QueuedEvent& event = answered.event;
  Told told{event.id, event.webhook_id, EventState::accepted, now_ms, answer_text(answered.posted)};
  if (answered.posted.accepted()) {
    accepted.add();
    lane.failures = 0;
    lane.rests_until_ms = 0;
    return told;
  }
  failed.add();
  lane.rest(now_ms);
  const std::size_t step = std::min<std::size_t>(event.attempts, options_.pauses.size() - 1);
  told.next_attempt_ms = now_ms + std::chrono::milliseconds(options_.pauses[step]).count();
  const std::int64_t end_ms = event.queued_ms + std::chrono::milliseconds(options_.lifetime).count();
  told.state = told.next_attempt_ms <= end_ms ? EventState::waiting : EventState::given_up;
  return told;
}

void EventSender::record(std::vector<Told> told) {
  if (told.empty()) return;
  const Status written =
      database_.write_and_wait(storage::Priority::bulk, [&](storage::Writer& writer) -> Status {
        record_told(writer, told);
        return Done{};
      });
  if (!written) log_warning("feedback.events_not_recorded", {{"reason", written.error().reason()}});
  for (const Told& one : told) {
    const auto lane = lanes_.find(one.webhook_id);
    if (lane == lanes_.end()) continue;
    lane->second.taken.erase(one.id);
    // What could not be written is told again, but not over and over while the disk is full.
    if (!written) lane->second.rest(clock_.now_ms());
  }
}

/// Fills the lanes from the disk. Those whose webhook is gone or off, or has nothing left to tell, end with
/// what is under way.
void EventSender::look() {
  static Gauge& depth = gauge("sesame_webhook_events_waiting", "events stored for webhooks and not told yet");
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
      if (!known.contains(id)) lane.forget_ready();
    }
    std::erase_if(
        lanes_, [&](const auto& lane) { return !known.contains(lane.first) && lane.second.under_way == 0; });
    return Done{};
  });
  if (!read) return log_warning("feedback.events_not_read", {{"reason", read.error().reason()}});
  double waiting = 0;
  for (const Webhook& webhook : webhooks) waiting += static_cast<double>(webhook.waiting);
  depth.set(waiting);
  if (gives_up) give_up_old_events(webhooks, now_ms);
}

void EventSender::fill(storage::Reader& reader, const Webhook& webhook, std::int64_t now_ms) {
  Lane& lane = lanes_[webhook.id];
  lane.url = webhook.url;
  const bool all_taken = static_cast<std::size_t>(webhook.waiting) <= lane.taken.size();
  if (all_taken || lane.ready.size() > options_.at_once || now_ms < lane.rests_until_ms) return;
  auto secret = webhook_secret(reader, box_, webhook.id);
  if (!secret) {
    log_error("feedback.webhook_secret_unreadable", {{"webhook", webhook.id}});
    lane.rests_until_ms = now_ms + kRestMsMax;
    return;
  }
  lane.secret = std::move(*secret);
  const std::size_t share = std::max<std::size_t>(1, options_.window_in_all / lanes_.size());
  const std::size_t window = lane.failures > 0 ? 1 : std::min(options_.window, share);
  // Those that are taken come first again.
  for (QueuedEvent& event : due_events(reader, webhook.id, now_ms, window + lane.taken.size())) {
    if (lane.ready.size() >= window) break;
    if (lane.taken.insert(event.id).second) lane.ready.push_back(std::move(event));
  }
}

/// Of receivers that are away, and of webhooks that are off. Who is only slow is told what is old, too.
void EventSender::give_up_old_events(std::span<const Webhook> webhooks, std::int64_t now_ms) {
  const std::int64_t before_ms = now_ms - std::chrono::milliseconds(options_.lifetime).count();
  bool all = true;
  for (const Webhook& webhook : webhooks) {
    const auto lane = lanes_.find(webhook.id);
    if (webhook.enabled && (lane == lanes_.end() || lane->second.failures == 0)) continue;
    const Result<std::int64_t> count = database_.change<std::int64_t>(
        storage::Priority::bulk, [&](storage::Writer& writer) -> Result<std::int64_t> {
          return give_up_old(writer, webhook.id, before_ms, kGivenUpAtOnce);
        });
    if (!count) return log_warning("feedback.events_not_given_up", {{"reason", count.error().reason()}});
    all = all && *count < kGivenUpAtOnce;
  }
  if (all) gave_up_ms_ = now_ms;
}

/// Lanes in turns, one event each, so that none takes all the places.
void EventSender::send() {
  const std::int64_t now_ms = clock_.now_ms();
  bool sent = true;
  while (sent) {
    sent = false;
    for (auto& [id, lane] : lanes_) {
      const std::size_t places = lane.failures > 0 ? 1 : options_.at_once;
      const bool may = !lane.ready.empty() && lane.under_way < places && now_ms >= lane.rests_until_ms;
      // One place is everybody's own, however many others are slow.
      const bool no_place = lane.under_way > 0 && under_way_ >= options_.at_once_in_all;
      if (!may || no_place) continue;
      send_one(lane, now_ms);
      sent = true;
    }
  }
}

void EventSender::send_one(Lane& lane, std::int64_t now_ms) {
  QueuedEvent event = std::move(lane.ready.front());
  lane.ready.pop_front();
  ++lane.under_way;
  ++under_way_;
  net::HttpPost post;
  post.url = lane.url;
  post.timeout = options_.timeout;
  post.headers = {{"Content-Type", "application/json; charset=utf-8"},
                  {"X-Sesame-Event-Id", std::to_string(event.id)},
                  {"X-Sesame-Signature", event_signature(lane.secret.reveal(), now_ms / 1000, event.body)}};
  post.body = event.body;
  post_(std::move(post), [this, event = std::move(event)](net::HttpPosted posted) mutable {
    const std::lock_guard lock(mutex_);
    answered_.push_back({std::move(event), std::move(posted)});
    changed_.notify_all();
  });
}

}  // namespace sesame::feedback
