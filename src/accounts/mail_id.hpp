#pragma once

#include <compare>
#include <cstdint>

namespace sesame::accounts {

/// One mail to one recipient, wherever it is spoken of: in links, return paths and events.
struct MailId {
  enum class Kind : std::uint8_t { run = 0, send = 1 };  // As stored in message.kind.

  std::int64_t account_id = 0;
  Kind kind = Kind::run;
  std::int64_t parent_id = 0;  // The run or the send.
  std::uint32_t ordinal = 0;   // Which recipient of it.

  friend auto operator<=>(const MailId&, const MailId&) = default;
};

}  // namespace sesame::accounts
