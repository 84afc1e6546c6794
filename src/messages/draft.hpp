#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "content/composer.hpp"

namespace sesame::messages {

/// Which mail: the n-th recipient of a run or of a send.
struct MessageKey {
  enum Kind : std::uint8_t { run = 0, send = 1 };
  Kind kind = run;
  std::int64_t parent_id = 0;
  std::uint32_t ordinal = 0;

  friend auto operator<=>(const MessageKey&, const MessageKey&) = default;
};

/// A mail that is due, not yet composed.
struct Draft {
  MessageKey key;
  accounts::Scope scope;
  std::string message_id;  // The API's MessageId.
  std::string from_address;
  std::string to_address;
  std::int64_t requested_ms = 0;

  /// Not 0: not to be mailed, for this reason (SES: SendEmailStatus.SendStatus). No attempt is made, compose
  /// is empty.
  int send_status = 0;
  std::string withheld_because;  // The same for people.

  /// Called once per attempt, on a composer thread; must be safe beside other drafts' and must give the same
  /// bytes each time. An Error drops the message for good.
  std::function<Result<content::Mail>()> compose;

  unsigned attempts_before = 0;  // Set by the engine for retries; sources leave the four alone.
  unsigned uncertain_before = 0;
  std::int64_t first_attempt_ms = 0;  // 0: never attempted.
  std::int64_t row_id = 0;            // Of table message; 0: no row yet.
};

}  // namespace sesame::messages
