#include "delivery/site_pace.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "messages/delivery_texts.hpp"
#include "messages/queues.hpp"

namespace sesame::delivery {
SitePace::~SitePace() { set_shape({}); }

void SitePace::set_shape(Shape shape) {
  const MutexLock lock(mutex_);
  if (shape.pace) ++shape.pace->sites;
  if (shape_.pace) --shape_.pace->sites;
  shape_ = std::move(shape);
}

std::shared_ptr<shaping::Pace> SitePace::take_connection() {
  const MutexLock lock(mutex_);
  const shaping::Limits& limits = shape_.limits;
  const auto now = clock_.steady_now();
  if (limits.shared.any() && now + shaping::kConnectAhead < mails_.next(shaping::kMailTolerance))
    return nullptr;
  const bool own = limits.shared.any() && !limits.shared.connects;
  const double rate = limits.connects.per_second();
  const auto early = shaping::connect_tolerance(rate, limits.connections.max);
  if ((own && now < connects_.next(early)) || !shape_.pace->take_connection()) return nullptr;
  if (own) connects_.take(rate, early, now);
  return shape_.pace;
}

std::optional<std::chrono::milliseconds> SitePace::take_mail() {
  const MutexLock lock(mutex_);
  const shaping::Limits& limits = shape_.limits;
  const bool own = limits.shared.any() && !limits.shared.mails;
  const auto now = clock_.steady_now();
  const auto next = mails_.next(shaping::kMailTolerance);
  if (own && now < next) return std::chrono::ceil<std::chrono::milliseconds>(next - now);
  std::optional<std::chrono::milliseconds> wait = shape_.pace->take_mail();
  if (!wait && own) mails_.take(limits.mails.per_second(), shaping::kMailTolerance, now);
  return wait;
}

void SitePace::give_back_mail() {
  const MutexLock lock(mutex_);
  shape_.pace->give_back_mail();
  mails_.give_back();
}

std::size_t SitePace::mails_within(std::chrono::seconds time) const {
  const std::shared_ptr<shaping::Pace> paced = pace();
  if (!paced) return SIZE_MAX;
  const double share = paced->rate_allowed() / std::max(1U, paced->sites.load());
  return static_cast<std::size_t>(share * static_cast<double>(time.count()));
}

Shape SitePace::shape() const {
  const MutexLock lock(mutex_);
  return shape_;
}

std::shared_ptr<shaping::Pace> SitePace::pace() const {
  const MutexLock lock(mutex_);
  return shape_.pace;
}

unsigned SitePace::connections_max() const {
  const MutexLock lock(mutex_);
  return shape_.pace ? shape_.limits.connections.max : options_.connections;
}

std::uint64_t SitePace::messages_per_connection() const {
  const std::shared_ptr<shaping::Pace> paced = pace();
  return paced ? paced->messages_per_connection() : options_.messages_per_connection;
}

std::chrono::milliseconds SitePace::idle() const {
  const MutexLock lock(mutex_);
  return shape_.pace ? shape_.limits.idle : options_.idle;
}

std::optional<smtp::TlsPolicy> SitePace::tls() const {
  const MutexLock lock(mutex_);
  return shape_.pace ? std::optional(shape_.limits.tls) : std::nullopt;
}

std::optional<bounces::Meaning> SitePace::meaning_of(const smtp::Attempt& attempt,
                                                     std::string_view host) const {
  if (!options_.read_reply) return std::nullopt;
  bounces::Meaning meaning;
  meaning.signal = bounces::Signal::accepted;
  if (attempt.verdict == smtp::Verdict::delivered) return meaning;
  if (attempt.verdict == smtp::Verdict::uncertain || attempt.code == 0) return std::nullopt;
  return options_.read_reply(reply_of(attempt, host));
}

Judgement SitePace::learn(const smtp::Attempt& attempt, const bounces::Meaning& meaning, const DueDraft* mail,
                          shaping::Pace::Time began) {
  const std::shared_ptr<shaping::Pace> paced = pace();
  if (!paced) return {attempt.verdict, std::nullopt};
  const std::string sender = mail == nullptr ? std::string() : messages::queue_domain(mail->from_address);
  const bool hold_began = paced->saw(meaning, attempt.text, began, sender);
  if (meaning.signal == bounces::Signal::accepted) return {attempt.verdict, std::nullopt};
  const bool about_sender = meaning.scope == bounces::Scope::sender_domain;
  const auto held = about_sender ? paced->sender_hold(sender) : hold();
  RetryIn held_for;
  if (held) held_for = std::chrono::milliseconds(held->until_ms - clock_.now_ms());
  if (held && hold_began) {
    log_warning("delivery.path_held", {{"remote", attempt.remote},
                                       {"text", attempt.text},
                                       {"rule", meaning.rule},
                                       {"seconds", held_for->count() / 1000}});
  }
  return judge_reply(attempt, meaning, shape().limits.greylist_retry, mail == nullptr ? 0 : mail->attempts,
                     held_for);
}

std::optional<shaping::HoldState> SitePace::hold() const {
  const std::shared_ptr<shaping::Pace> paced = pace();
  return paced ? paced->current_hold() : std::nullopt;
}

Refusal SitePace::refusal_until(std::int64_t until_ms, std::string_view reply) const {
  Refusal refusal{.failed = {}, .retry_in = std::chrono::milliseconds(until_ms - clock_.now_ms())};
  refusal.failed.text.append(messages::kHeldBack).append(": ").append(reply);
  return refusal;
}

std::optional<Refusal> SitePace::refusal_by_hold() const {
  const auto held = hold();
  if (!held) return std::nullopt;
  return refusal_until(held->until_ms, held->reply);
}

std::optional<Refusal> SitePace::refusal_of(const DueDraft& mail) const {
  const std::shared_ptr<shaping::Pace> paced = pace();
  if (!paced || mail.id.kind == accounts::MailId::Kind::send) return std::nullopt;
  const auto held = paced->sender_hold(messages::queue_domain(mail.from_address));
  if (!held) return std::nullopt;
  return refusal_until(held->until_ms, held->reply);
}

bool SitePace::keeps_waiting(std::string_view sender) const {
  const std::shared_ptr<shaping::Pace> paced = pace();
  const auto held = paced ? paced->sender_hold(sender) : std::nullopt;
  return held && std::chrono::milliseconds(clock_.now_ms() - held->since_ms) < kHeldAfter;
}

}  // namespace sesame::delivery
