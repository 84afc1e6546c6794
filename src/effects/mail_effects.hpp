#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "accounts/mail_id.hpp"
#include "audience/hard_bounces.hpp"
#include "base/clock.hpp"
#include "effects/event.hpp"
#include "storage/database.hpp"

namespace sesame::effects {

/// Who or what followed a link or showed an image.
enum class Visitor : std::uint8_t {
  person,
  proxy,    // Fetches images for a person, at the moment of reading or ahead of it.
  machine,  // Nobody looks at what it fetches: a scanner, a prefetcher.
};

/// Something that was learned about a mail after it had left: by its links, a bounce mail or a complaint.
struct MailEvent {
  EventKind kind = EventKind::open;  // open, click, bounce, spamreport or unsubscribe.
  accounts::MailId mail;
  std::int64_t happened_ms = 0;
  std::string reason;                 // bounce: what its server said.
  bool hard = false;                  // bounce: for good, and because of the recipient; suppresses.
  std::string link;                   // click.
  std::string user_agent;             // open, click.
  Visitor visitor = Visitor::person;  // open, click.
  std::string source_ip;              // spamreport: who had handed the mail over, if the report says so.
};

/// The one place where what is learned about a mail takes effect: its status row, the day's volumes, the
/// suppression lists, the list of complaints, the events. All within the caller's database job, so all or
/// nothing. Immutable; what it is given outlives it.
class MailEffects {
 public:
  struct Parts {
    EventOutlet& outlet;
    audience::SuppressionRules suppression;
    const Clock& clock;
    /// A click this soon after the delivery, or before it, is a scanner's; an image that a proxy fetched then
    /// is not shown. 0: such visits are people's, too.
    std::int64_t soon_ms = 2000;
  };
  explicit MailEffects(const Parts& parts) : parts_(parts) {}

  /// Opens count each time, everything else once for a mail: a click, bounce, complaint or unsubscription
  /// that is repeated changes no number (but each click is an event, and so is an unsubscription of somebody
  /// who had subscribed again). Who unsubscribes or complains gets no more mail of the sender domain. What a
  /// machine opens or clicks is counted apart, each time, and is neither a mark nor an event. What concerns
  /// no mail that is known is left out. Returns how many of them concerned one.
  std::size_t apply(storage::Writer& writer, std::span<const MailEvent> events) const;

 private:
  const Parts parts_;
};

}  // namespace sesame::effects
