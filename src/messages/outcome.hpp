#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "messages/envelope.hpp"
#include "smtp/attempt.hpp"

namespace sesame::messages {

/// The status of a message's delivery. The numbers are those of the API (SES: SendEmailStatus.DeliverStatus).
enum class DeliverStatus : std::uint8_t {
  waiting = 0,
  delivered = 1,
  dropped = 2,   // Given up by us: it could not be composed, or it expired.
  refused = 3,   // Finally refused by the receiving side.
  deferred = 8,  // A later attempt is planned.
};

constexpr bool is_final(DeliverStatus status) {
  return status != DeliverStatus::waiting && status != DeliverStatus::deferred;
}

/// Where an attempt went and how it ended there, for people who ask (messages/attempts.hpp).
struct AttemptTrace {
  std::string host;            // "mx.example[192.0.2.7]:25"; "sandbox"; empty: no server was asked.
  std::int64_t source_id = 0;  // The address of ours that was used; 0: the machine's own.
  smtp::TlsLevel tls = smtp::TlsLevel::unknown;
  smtp::Stage stage = smtp::Stage::connect;
  unsigned code = 0;    // 0: no reply.
  std::string text;     // The reply; empty when `plain`, whose reply is the outcome's text.
  std::int64_t ms = 0;  // The dialogue's duration.
  bool plain = false;   // Delivered at the first try: most mail, which keeps no row of its own.
};

/// The outcome of one attempt for its message; final unless deferred. The history includes this attempt.
struct Outcome : Envelope, AttemptHistory {
  int send_status = 0;  // Not 0: no attempt was made, for this reason (SES: SendEmailStatus.SendStatus).
  DeliverStatus status = DeliverStatus::deferred;
  /// The server replied to RCPT or a later command, so the reply may be about the recipient. Earlier replies
  /// are about the sender or the connection, whatever their words.
  bool about_recipient = false;
  bool simulated = false;  // Chosen by chaos in the sandbox; no server said it.
  std::string text;        // The server's words, or our own reason; safe to show.
  std::int64_t happened_ms = 0;
  std::int64_t next_attempt_ms = 0;     // Only when deferred.
  std::optional<AttemptTrace> attempt;  // nullopt: no attempt was made now.

  /// The status of the row before this outcome; nullopt when the outcome creates the row. Set by
  /// record_outcomes(). An outcome that finds a final status is a repeat and does not count: final statuses
  /// do not change, except that delivered becomes refused when the mail is returned (set_returned()).
  std::optional<DeliverStatus> before;

  bool final() const { return status != DeliverStatus::deferred; }
  bool repeated() const { return before && is_final(*before); }
};

}  // namespace sesame::messages
