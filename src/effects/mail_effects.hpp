#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "accounts/mail_id.hpp"
#include "audience/hard_bounces.hpp"
#include "base/clock.hpp"
#include "base/setting.hpp"
#include "effects/event.hpp"
#include "storage/database.hpp"

namespace sesame::effects {

/// The kind of client that followed a link or loaded an image.
enum class Visitor : std::uint8_t {
  person,
  proxy,    // Fetches images on behalf of a person, at the moment of reading or before.
  machine,  // A scanner or a prefetcher: no person sees what it fetches.
};

/// Something that happened to a mail after it had left: a visit, a bounce mail or a complaint.
struct MailEvent {
  EventKind kind = EventKind::open;  // open, click, bounce, spamreport or unsubscribe.
  accounts::MailId mail;
  std::int64_t happened_ms = 0;
  std::string reason;                 // bounce: the server's words.
  bool hard = false;                  // bounce: permanent and caused by the recipient; suppresses.
  std::string link;                   // click.
  std::string user_agent;             // open, click.
  Visitor visitor = Visitor::person;  // open, click.
  bool all_links = false;             // click: one of several in which all links of the mail were followed.
  std::string source_ip;  // spamreport: the host that handed the mail over, if the report names it.
  bool simulated =
      false;  // Somebody tries it out: the lists that it fills count for mail into the sandbox only.
};

struct VisitOptions {
  /// A click this soon after the delivery, or before it, is a scanner's; an image that a proxy fetched then
  /// is not shown. 0: such visits are people's, too.
  std::int64_t machine_ms = 2000;
  /// Clicks on all links of a mail at once, this soon after the delivery, are a scanner's.
  std::int64_t scan_ms = 60'000;

  void visit(SettingVisitor& settings) {
    settings.number(
        "tracking.machine_ms", machine_ms, {0, 600'000},
        "milliseconds after the delivery within which a click counts as a scanner's; 0: none does");
    settings.number(
        "tracking.scan_ms", scan_ms, {0, 3'600'000},
        "milliseconds after the delivery within which clicks on all links of a mail at once count "
        "as a scanner's; 0 here or in tracking.machine_ms: none does");
  }
};

/// Applies all effects of a mail's events: its message row, the day's volumes, the suppression lists, the
/// list of complaints, the events for webhooks. All of it happens within the caller's database job, so all or
/// nothing. Immutable; what it is given outlives it. Thread: any.
class MailEffects {
 public:
  struct Parts {
    EventOutlet& outlet;
    audience::SuppressionRules suppression;
    const Clock& clock;
    VisitOptions visits;
  };
  explicit MailEffects(const Parts& parts) : parts_(parts) {}

  /// Applies the events. Returns how many of them belong to a known mail; the others are ignored. Job: write.
  /// - Every open counts. Clicks, bounces, complaints and unsubscriptions count once per mail; a repeated
  ///   click is still an event.
  /// - Recipients who unsubscribe or complain get no more mail of the sender domain.
  /// - A machine's visits count in `machine_opened` and `machine_clicked`, each time; they set no mark and
  ///   cause no event.
  std::size_t apply(storage::Writer& writer, std::span<const MailEvent> events) const;

 private:
  const Parts parts_;
};

}  // namespace sesame::effects
