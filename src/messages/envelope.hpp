#pragma once

#include <cstdint>
#include <string>

#include "accounts/mail_id.hpp"
#include "accounts/scope.hpp"

namespace sesame::messages {

/// The part of a mail that never changes, from the moment it is due to the end of its row. Drafts, outcomes
/// and rows begin with it.
struct Envelope {
  accounts::MailId id;
  accounts::Scope scope;
  std::string message_id;  // The API's MessageId.
  std::string from_address;
  std::string to_address;
  std::int64_t requested_ms = 0;
};

/// What earlier attempts left in the mail's row of table message.
struct AttemptHistory {
  std::int64_t row_id = 0;  // 0: no row yet.
  unsigned attempts = 0;
  unsigned uncertain = 0;             // Attempts without an answer: docs/decisions/0004.
  std::int64_t first_attempt_ms = 0;  // 0: never attempted.
};

}  // namespace sesame::messages
