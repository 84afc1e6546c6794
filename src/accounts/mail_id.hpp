#pragma once

#include <compare>
#include <cstdint>

namespace sesame::accounts {

/// The identity of one mail to one recipient, in every room: in drafts and outcomes, in its row, in the links
/// and return paths it carries, and in events.
struct MailId {
  enum class Kind : std::uint8_t { run = 0, send = 1 };  // As stored in message.kind: never renumbered.

  std::int64_t account_id = 0;
  Kind kind = Kind::run;
  std::int64_t parent_id = 0;  // The run or the send.
  std::uint32_t ordinal = 0;   // Position of the recipient in the group or among the send's envelopes.

  friend auto operator<=>(const MailId&, const MailId&) = default;
};

}  // namespace sesame::accounts
