#pragma once

#include <cstdint>
#include <string>

#include "accounts/scope.hpp"
#include "delivery/draft.hpp"

namespace sesame::delivery {

/// The numbers are those of the API (SES: SendEmailStatus.DeliverStatus).
enum class DeliverStatus : std::uint8_t {
  waiting = 0,
  delivered = 1,
  dropped = 2,   // Given up by us: could not be composed, or expired.
  refused = 3,   // Refused for good by the receiving side.
  deferred = 8,  // Will be tried again.
};

/// What became of a message in one attempt; final unless deferred.
struct Outcome {
  MessageKey key;
  accounts::Scope scope;
  std::string message_id;
  std::string from_address;
  std::string to_address;
  std::int64_t requested_ms = 0;
  std::int64_t row_id = 0;

  int send_status = 0;  // Not 0: no attempt was made, for this reason (SES: SendEmailStatus.SendStatus).
  DeliverStatus status = DeliverStatus::deferred;
  std::string text;  // The server's words, or our reason; safe to show.
  std::int64_t happened_ms = 0;
  unsigned attempts = 0;  // Including this one.
  unsigned uncertain = 0;
  std::int64_t first_attempt_ms = 0;  // 0: still never attempted.
  std::int64_t next_attempt_ms = 0;   // Only when deferred.

  bool final() const { return status != DeliverStatus::deferred; }
};

}  // namespace sesame::delivery
