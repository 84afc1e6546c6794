#include "delivery/retry.hpp"

#include <algorithm>

#include "messages/delivery_texts.hpp"

namespace sesame::delivery {
namespace {

// Pause after the database could not be read for a message.
constexpr std::chrono::minutes kUnreadablePause{1};

constexpr std::chrono::seconds kSpreadLeast{30};
constexpr std::chrono::minutes kSpreadMost{10};

double jittered(double jitter, Random& random) {
  const double share = static_cast<double>(random.next() >> 11) * 0x1p-53;
  return 1 + jitter * (2 * share - 1);
}

std::int64_t scaled(std::chrono::milliseconds pause, double factor) {
  return static_cast<std::int64_t>(static_cast<double>(pause.count()) * factor);
}

/// Up to a tenth longer, within bounds: what waited for the same moment is spread.
std::int64_t stretched(std::chrono::milliseconds pause, Random& random) {
  const double share = static_cast<double>(random.next() >> 11) * 0x1p-53;
  const auto spread = std::clamp<std::chrono::milliseconds>(pause / 10, kSpreadLeast, kSpreadMost);
  return pause.count() + scaled(spread, share);
}

std::int64_t next_pause_ms(const DueDraft& draft, const smtp::Attempt& attempt, const RetryPolicy& policy,
                           Random& random, RetryIn retry_in) {
  if (retry_in) return stretched(*retry_in, random);
  std::int64_t pause = 0;
  if (!policy.pauses.empty()) {
    const std::size_t step = std::min<std::size_t>(draft.attempts, policy.pauses.size() - 1);
    pause = scaled(policy.pauses[step], jittered(policy.jitter, random));
  }
  if (attempt.verdict != smtp::Verdict::uncertain) return pause;
  const double longer = jittered(policy.jitter, random) + policy.jitter;  // Never less than the minimum.
  return std::max(pause, scaled(policy.uncertain_pause, longer));
}

std::int64_t age_max_ms(const RetryPolicy& policy) {
  return std::chrono::milliseconds(policy.expires_after).count();
}

messages::Outcome begin_outcome(const DueDraft& draft, std::int64_t now_ms) {
  messages::Outcome outcome{messages::Envelope(draft), messages::AttemptHistory(draft)};
  outcome.happened_ms = now_ms;
  return outcome;
}

/// "mx.example[192.0.2.7]:25", or what is known of it.
std::string host_of(const smtp::Attempt& attempt) {
  const std::size_t port = attempt.remote.rfind(':');
  if (attempt.address.empty() || port == std::string::npos) return attempt.remote;
  std::string host = attempt.remote.substr(0, port);
  if (host != attempt.address) host.append("[").append(attempt.address).append("]");
  return host.append(attempt.remote, port);
}

messages::AttemptTrace trace_of(const smtp::Attempt& attempt, unsigned number) {
  messages::AttemptTrace trace;
  trace.host = host_of(attempt);
  trace.tls = attempt.tls;
  trace.stage = attempt.stage;
  trace.code = attempt.code;
  trace.ms = attempt.took.count();
  trace.plain = number == 1 && attempt.verdict == smtp::Verdict::delivered;
  if (!trace.plain) trace.text = attempt.text;
  return trace;
}

std::string text_of(const Error& why) {
  std::string text(why.reason());
  for (const Error::Fact& fact : why.facts())
    text.append(", ").append(fact.name).append(": ").append(fact.value);
  return text;
}

messages::Outcome judge_status(const DueDraft& draft, const smtp::Attempt& attempt, const RetryPolicy& policy,
                               std::int64_t now_ms, Random& random, RetryIn retry_in) {
  messages::Outcome outcome = begin_outcome(draft, now_ms);
  outcome.attempts += 1;
  if (outcome.first_attempt_ms == 0) outcome.first_attempt_ms = now_ms;
  outcome.text = attempt.text;
  outcome.about_recipient = attempt.stage >= smtp::Stage::rcpt;
  outcome.simulated = attempt.simulated;
  if (attempt.verdict == smtp::Verdict::delivered) {
    outcome.status = messages::DeliverStatus::delivered;
    return outcome;
  }
  if (attempt.verdict == smtp::Verdict::refused) {
    outcome.status = messages::DeliverStatus::refused;
    return outcome;
  }
  if (attempt.verdict == smtp::Verdict::uncertain && ++outcome.uncertain > policy.uncertain_retries_max) {
    outcome.status = messages::DeliverStatus::delivered;
    outcome.text = std::string(messages::kNeverConfirmed) + ": " + attempt.text;
    return outcome;
  }
  outcome.next_attempt_ms = now_ms + next_pause_ms(draft, attempt, policy, random, retry_in);
  if (outcome.next_attempt_ms > outcome.first_attempt_ms + age_max_ms(policy))
    return expire(draft, attempt.text, outcome.attempts, now_ms);
  outcome.status = messages::DeliverStatus::deferred;
  return outcome;
}

}  // namespace

messages::Outcome judge(const DueDraft& draft, const smtp::Attempt& attempt, const RetryPolicy& policy,
                        std::int64_t now_ms, Random& random, RetryIn retry_in) {
  messages::Outcome outcome = judge_status(draft, attempt, policy, now_ms, random, retry_in);
  outcome.attempt = trace_of(attempt, outcome.attempts);
  return outcome;
}

messages::Outcome park(const DueDraft& draft, const smtp::Attempt& failure, const RetryPolicy& policy,
                       std::int64_t now_ms, Random& random, RetryIn retry_in) {
  messages::Outcome outcome = begin_outcome(draft, now_ms);
  if (outcome.first_attempt_ms == 0) outcome.first_attempt_ms = now_ms;
  outcome.text = failure.text;
  if (retry_in) {
    outcome.next_attempt_ms = now_ms + stretched(*retry_in, random);
  } else if (!policy.pauses.empty()) {
    const std::chrono::milliseconds age(now_ms - outcome.first_attempt_ms);
    const auto [least, most] = std::ranges::minmax(policy.pauses);
    const auto pause = std::clamp<std::chrono::milliseconds>(age / 2, least, most);
    outcome.next_attempt_ms = now_ms + scaled(pause, jittered(policy.jitter, random));
  }
  if (outcome.next_attempt_ms > outcome.first_attempt_ms + age_max_ms(policy))
    return expire(draft, failure.text, outcome.attempts, now_ms);
  outcome.status = messages::DeliverStatus::deferred;
  return outcome;
}

std::int64_t expires_ms(const DueDraft& draft, const RetryPolicy& policy) {
  return draft.first_attempt_ms + age_max_ms(policy);
}

bool has_expired(const DueDraft& draft, const RetryPolicy& policy, std::int64_t now_ms) {
  return draft.first_attempt_ms != 0 && expires_ms(draft, policy) < now_ms;
}

messages::Outcome expire(const DueDraft& draft, std::string_view last_reply, unsigned attempts,
                         std::int64_t now_ms, bool held) {
  messages::Outcome outcome = begin_outcome(draft, now_ms);
  outcome.status = messages::DeliverStatus::dropped;
  outcome.attempts = attempts;
  outcome.text = held ? messages::kExpiredWhilePaused : messages::kExpired;
  if (!last_reply.empty()) outcome.text.append(": ").append(last_reply);
  return outcome;
}

messages::Outcome refuse(const DueDraft& draft, std::int64_t now_ms) {
  messages::Outcome outcome = begin_outcome(draft, now_ms);
  outcome.status = messages::DeliverStatus::dropped;
  outcome.send_status = draft.send_status;
  outcome.text = draft.because;
  return outcome;
}

messages::Outcome judge_uncomposed(const DueDraft& draft, const Error& why, const RetryPolicy& policy,
                                   std::int64_t now_ms, Random& random) {
  if (why.name().fault() == Fault::internal) {
    smtp::Attempt attempt;  // Deferred before any server was asked.
    attempt.text = text_of(why);
    return judge(draft, attempt, policy, now_ms, random);
  }
  messages::Outcome outcome = drop(draft, why, now_ms);
  if (!why.temporary()) return outcome;
  outcome.status = messages::DeliverStatus::deferred;
  outcome.next_attempt_ms = now_ms + std::chrono::milliseconds(kUnreadablePause).count();
  return outcome;
}

messages::Outcome drop(const DueDraft& draft, const Error& why, std::int64_t now_ms) {
  messages::Outcome outcome = begin_outcome(draft, now_ms);
  outcome.status = messages::DeliverStatus::dropped;
  outcome.text = text_of(why);
  return outcome;
}

}  // namespace sesame::delivery
