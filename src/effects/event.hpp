#pragma once

#include <cstdint>
#include <string>

#include "effects/mail_book.hpp"

namespace sesame::effects {

/// What can happen to a mail. The numbers are the `eventid` of the documented webhook body.
enum class EventKind : std::uint8_t {
  delivered = 1,
  dropped = 2,
  bounce = 3,
  open = 4,
  click = 5,
  spamreport = 6,
  unsubscribe = 7,
  deferred = 8,
};

/// Something that happened to a mail, with everything that is told about it.
struct Event {
  EventKind kind = EventKind::delivered;
  StoredMail mail;
  std::int64_t happened_ms = 0;
  std::string reason;      // Failures and delays: the server's words or ours; safe to show.
  bool hard = false;       // bounce: the address is of no more use.
  std::string link;        // click: where it led.
  std::string user_agent;  // open, click: as the client gave it, cut.
};

}  // namespace sesame::effects
