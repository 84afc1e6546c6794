#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "effects/sent_mail.hpp"
#include "storage/database.hpp"

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
  SentMail mail;
  std::int64_t happened_ms = 0;
  std::string reason;      // Failures and delays: the server's words or ours; safe to show.
  bool hard = false;       // bounce: the address is of no more use.
  std::string link;        // click: where it led.
  std::string user_agent;  // open, click: as the client gave it, cut.
};

/// Queues events for the receivers that want them.
class EventOutlet {
 public:
  virtual ~EventOutlet() = default;

  /// Whether an event of this kind has a receiver. Thread: any.
  virtual bool wants(const accounts::Scope& scope, std::string_view from_address, EventKind kind) const = 0;

  /// Job: write, the one that makes the events true. Leaves out events that have no receiver.
  virtual void queue(storage::Writer& writer, std::span<const Event> events) = 0;
};

}  // namespace sesame::effects
