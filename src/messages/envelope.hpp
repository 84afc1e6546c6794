#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "accounts/mail_id.hpp"
#include "accounts/scope.hpp"

namespace sesame::messages {

/// The facts of a message that never change, from the moment it is due until its row expires. Drafts,
/// outcomes and rows begin with it.
struct Envelope {
  accounts::MailId id;
  accounts::Scope scope;
  std::string message_id;  // The API's MessageId.
  std::string from_address;
  std::string to_address;
  std::int64_t requested_ms = 0;
};

/// The part of an address behind its last `@`.
constexpr std::string_view domain_of(std::string_view address) {
  return address.substr(address.rfind('@') + 1);
}

/// The attempts so far, as the message's row records them.
struct AttemptHistory {
  std::int64_t row_id = 0;  // 0: no row yet.
  unsigned attempts = 0;
  unsigned uncertain = 0;             // Attempts without a final reply: docs/decisions/0004.
  std::int64_t first_attempt_ms = 0;  // 0: never attempted.
};

}  // namespace sesame::messages
