#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "delivery/due_draft.hpp"
#include "messages/outcome.hpp"
#include "smtp/attempt.hpp"

namespace sesame::delivery {

/// The message clock: when a message that was deferred is tried again. Pure.
struct RetryPolicy {
  /// The pause after the first, second, ... attempt; the last one repeats. Each is multiplied by a random
  /// factor of 1 ± jitter so that what failed together does not come back together.
  std::vector<std::chrono::seconds> pauses{std::chrono::minutes(5),  std::chrono::minutes(15),
                                           std::chrono::minutes(30), std::chrono::hours(1),
                                           std::chrono::hours(2),    std::chrono::hours(4)};
  double jitter = 0.15;
  std::chrono::hours expires_after{72};      // From the first attempt. SES: delivery is tried for 72 hours.
  std::chrono::minutes uncertain_pause{30};  // At least; RFC 1047: the message may already be there.
  unsigned uncertain_retries_max = 2;
};

/// What an attempt means for the message: final, or deferred with its next time. A message whose next attempt
/// would fall behind its expiry is dropped now (4.4.7 and the last reply). After `uncertain_retries_max`
/// repeats without an answer the message counts as delivered, its text says so: docs/decisions/0004.
messages::Outcome judge(const DueDraft& draft, const smtp::Attempt& attempt, const RetryPolicy& policy,
                        std::int64_t now_ms, Random& random);

/// Whether the message is too old for another attempt. Age counts from the first attempt: waiting for it (for
/// the turn in a long run, for a relay that is away, for the program to be started) makes nothing expire,
/// since nobody has heard of the message yet. From then on age counts whatever the reason that no attempt is
/// made: who greylisted a message three days ago has forgotten it.
bool has_expired(const DueDraft& draft, const RetryPolicy& policy, std::int64_t now_ms);

/// The end of a message that is too old for another attempt.
messages::Outcome expire(const DueDraft& draft, std::string_view last_reply, unsigned attempts,
                         std::int64_t now_ms);

/// The end of a message that is not to be mailed (messages::Draft::send_status).
messages::Outcome withhold(const messages::Draft& draft, std::int64_t now_ms);

/// The end of a message that can't be composed; its text is the reason and the public facts.
messages::Outcome drop(const DueDraft& draft, const Error& why, std::int64_t now_ms);

}  // namespace sesame::delivery
