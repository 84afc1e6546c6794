#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "messages/envelope.hpp"

namespace sesame::messages {

/// The numbers are those of the API (SES: SendEmailStatus.DeliverStatus).
enum class DeliverStatus : std::uint8_t {
  waiting = 0,
  delivered = 1,
  dropped = 2,   // Given up by us: could not be composed, or expired.
  refused = 3,   // Refused for good by the receiving side.
  deferred = 8,  // Will be tried again.
};

constexpr bool is_final(DeliverStatus status) {
  return status != DeliverStatus::waiting && status != DeliverStatus::deferred;
}

/// What became of a message in one attempt; final unless deferred. The history includes this attempt.
struct Outcome : Envelope, AttemptHistory {
  int send_status = 0;  // Not 0: no attempt was made, for this reason (SES: SendEmailStatus.SendStatus).
  DeliverStatus status = DeliverStatus::deferred;
  /// The answer was to RCPT or to what follows, so it may say something about the recipient. Earlier answers
  /// are about the sender or the connection, whatever the words.
  bool about_recipient = false;
  std::string text;  // The server's words, or our reason; safe to show.
  std::int64_t happened_ms = 0;
  std::int64_t next_attempt_ms = 0;  // Only when deferred.

  /// The status of the row before this outcome; nullopt: the row is new with it. Set by record_outcomes(). A
  /// final status never changes: an outcome that finds one was recorded before and counts for nothing.
  std::optional<DeliverStatus> before;

  bool final() const { return status != DeliverStatus::deferred; }
  bool repeated() const { return before && is_final(*before); }
};

}  // namespace sesame::messages
