#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/setting.hpp"
#include "delivery/due_draft.hpp"
#include "messages/outcome.hpp"
#include "smtp/attempt.hpp"

namespace sesame::delivery {

/// The schedule of a message's retries.
struct RetryPolicy {
  /// The pauses after the first, second, ... attempt; the last one repeats. Each is multiplied by a random
  /// factor of 1 ± jitter, so that messages that failed together are spread.
  std::vector<std::chrono::seconds> pauses{std::chrono::minutes(5),  std::chrono::minutes(15),
                                           std::chrono::minutes(30), std::chrono::hours(1),
                                           std::chrono::hours(2),    std::chrono::hours(4)};
  double jitter = 0.15;
  // Counts from the first attempt. SES: delivery is tried for 72 hours.
  std::chrono::hours expires_after{72};
  std::chrono::minutes uncertain_pause{30};  // Minimum; RFC 1047: the message may already be delivered.
  unsigned uncertain_retries_max = 2;

  void visit(SettingVisitor& settings) {
    settings.hours("delivery.expiry_hours", expires_after, {1, 240},
                   "hours after its first attempt at which a deferred mail is given up");
    settings.seconds("delivery.retry_s", pauses, {1, 604'800},
                     "seconds before each retry of a deferred mail; the last number repeats");
  }
};

/// A time until the next attempt that does not follow the schedule: the reply, or a hold, says when. It is
/// stretched a little, so that mails are spread, and never shortened. nullopt: the schedule's.
using RetryIn = std::optional<std::chrono::milliseconds>;

/// Turns an attempt into the message's outcome: final, or deferred with its next time. A message whose next
/// attempt would come after its expiry is dropped now (4.4.7 and the last reply). After
/// `uncertain_retries_max` uncertain retries the message counts as delivered, and its text says so:
/// docs/decisions/0004. Pure but for `random`.
messages::Outcome judge(const DueDraft& draft, const smtp::Attempt& attempt, const RetryPolicy& policy,
                        std::int64_t now_ms, Random& random, RetryIn retry_in = {});

/// The outcome of a message that no server was asked about, since none of its site could be used a moment ago
/// (DeliveryReport::attempted): deferred, with its attempts as they were. Its age counts from now at the
/// latest, so that mail for a dead destination expires; its pauses grow with its age. Pure but for `random`.
messages::Outcome park(const DueDraft& draft, const smtp::Attempt& failure, const RetryPolicy& policy,
                       std::int64_t now_ms, Random& random, RetryIn retry_in = {});

/// Whether the message is too old for another attempt. Age counts from the first attempt: waiting for it (in
/// a long run, for an unreachable relay, while the program was not running) expires no message, since no
/// server has seen it. From then on it counts whatever prevents further attempts: a server that greylisted a
/// message three days ago no longer remembers it.
bool has_expired(const DueDraft& draft, const RetryPolicy& policy, std::int64_t now_ms);

/// The moment after which has_expired() is true; for a message that was attempted.
std::int64_t expires_ms(const DueDraft& draft, const RetryPolicy& policy);

/// The outcome of a message that is too old for another attempt. `held`: its task was paused when it was due.
messages::Outcome expire(const DueDraft& draft, std::string_view last_reply, unsigned attempts,
                         std::int64_t now_ms, bool held = false);

/// The outcome of a message that is withheld or stopped.
messages::Outcome refuse(const DueDraft& draft, std::int64_t now_ms);

/// The outcome of a message that can't be composed; its text is the reason and the public facts. Deferred for
/// a minute when the database could not be read. A fault of ours (Fault::internal) says nothing about the
/// message: it counts as an attempt and is tried again on the schedule until the expiry. Anything else drops.
messages::Outcome judge_uncomposed(const DueDraft& draft, const Error& why, const RetryPolicy& policy,
                                   std::int64_t now_ms, Random& random);

/// The outcome of a message that no further attempt can help.
messages::Outcome drop(const DueDraft& draft, const Error& why, std::int64_t now_ms);

}  // namespace sesame::delivery
