#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "effects/sent_mail.hpp"
#include "storage/database.hpp"

namespace sesame::effects {

/// The kinds of events. The numbers are the `eventid` of the documented webhook body.
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

/// Something that happened to a mail, with all facts that its webhook gets.
struct Event {
  EventKind kind = EventKind::delivered;
  SentMail mail;
  std::int64_t happened_ms = 0;
  std::string reason;      // Failures and delays: the server's words or our own; safe to show.
  bool hard = false;       // bounce: the address is permanently unusable.
  std::string link;        // click: the link's target.
  std::string user_agent;  // open, click: as sent by the client, cut.
};

/// Queues events for the webhooks that want them.
class EventOutlet {
 public:
  virtual ~EventOutlet() = default;

  /// Whether a webhook wants events of this kind. Thread: any.
  virtual bool wants(const accounts::Scope& scope, std::string_view from_address, EventKind kind) const = 0;

  /// Queues events, and leaves out those that no webhook wants. Call it in the job that makes the events
  /// true. Job: write.
  virtual void queue(storage::Writer& writer, std::span<const Event> events) = 0;
};

}  // namespace sesame::effects
