#include "delivery/site_pace.hpp"

#include <string>
#include <utility>

#include "base/log.hpp"
#include "messages/delivery_texts.hpp"

namespace sesame::delivery {

void SitePace::set_shape(Shape shape) {
  const MutexLock lock(mutex_);
  shape_ = std::move(shape);
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

std::optional<bounces::Meaning> SitePace::meaning_of(const smtp::Attempt& attempt,
                                                     std::string_view host) const {
  if (!options_.read_reply) return std::nullopt;
  bounces::Meaning meaning;
  meaning.signal = bounces::Signal::accepted;
  if (attempt.verdict == smtp::Verdict::delivered) return meaning;
  if (attempt.verdict == smtp::Verdict::uncertain || attempt.code == 0) return std::nullopt;
  return options_.read_reply(reply_of(attempt, host));
}

Judgement SitePace::learn(const smtp::Attempt& attempt, const bounces::Meaning& meaning,
                          unsigned attempts_before, shaping::Pace::Time began) {
  const std::shared_ptr<shaping::Pace> paced = pace();
  if (!paced) return {attempt.verdict, std::nullopt};
  if (meaning.signal == bounces::Signal::accepted) {
    paced->saw(meaning, attempt.text, began);
    return {attempt.verdict, std::nullopt};
  }
  const bool was_held = paced->current_hold().has_value();
  paced->saw(meaning, attempt.text, began);
  const auto held = hold();
  RetryIn held_for;
  if (held) held_for = std::chrono::milliseconds(held->until_ms - clock_.now_ms());
  if (held && !was_held) {
    log_warning("delivery.path_held", {{"remote", attempt.remote},
                                       {"text", attempt.text},
                                       {"rule", meaning.rule},
                                       {"seconds", held_for->count() / 1000}});
  }
  return judge_reply(attempt, meaning, shape().limits.greylist_retry, attempts_before, held_for);
}

std::optional<shaping::Pace::HoldTimes> SitePace::hold() const {
  const std::shared_ptr<shaping::Pace> paced = pace();
  return paced ? paced->current_hold() : std::nullopt;
}

std::optional<Refusal> SitePace::refusal_by_hold() const {
  const auto held = hold();
  if (!held) return std::nullopt;
  Refusal refusal{.failed = {}, .retry_in = std::chrono::milliseconds(held->until_ms - clock_.now_ms())};
  refusal.failed.text = std::string(messages::kHeldBack) + ": " + pace()->standing().reply;
  return refusal;
}

}  // namespace sesame::delivery
