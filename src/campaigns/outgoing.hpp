#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "content/composer.hpp"

namespace sesame::campaigns {

/// Which letter of which mailing: a recipient of a run, or an envelope of a single send.
struct LetterKey {
  enum class Kind : std::uint8_t { run = 1, send = 2 };
  Kind kind = Kind::run;
  std::int64_t parent_id = 0;
  std::uint32_t ordinal = 0;
};

/// A letter that is due, with everything the delivery needs to know of it.
struct OutgoingLetter {
  LetterKey key;
  accounts::Scope scope;
  std::string message_id;  // The API's MessageId.
  std::string from_address;
  std::string to_address;
  std::int64_t requested_ms = 0;
  /// Not 0: the recipient is not to be mailed, this is why (SES: SendEmailStatus.SendStatus) and there is no
  /// compose.
  int send_status = 0;
  std::string withheld_because;  // The same for people.
  /// Renders, builds and signs the mail. Any thread, any number of times, always the same bytes but for a
  /// fresh signature. Keeps what it needs alive. Errors: those of content::Composer::compose.
  std::function<Result<content::Mail>()> compose;
};

}  // namespace sesame::campaigns
