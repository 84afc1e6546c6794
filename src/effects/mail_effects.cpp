#include "effects/mail_effects.hpp"

#include <map>
#include <optional>
#include <vector>

#include "audience/unsubscribes.hpp"
#include "base/beijing_time.hpp"
#include "effects/complaints.hpp"
#include "effects/volumes.hpp"
#include "messages/marks.hpp"

namespace sesame::effects {

namespace {

/// Collects the changes of one apply().
class EffectBatch {
 public:
  EffectBatch(const MailEffects::Parts& parts, storage::Writer& writer) : parts_(parts), writer_(writer) {}

  void add(const SentMail& mail, const MailEvent& event) {
    Volume volume;
    if (!apply(mail, event, volume)) return;
    if (volume != Volume{}) {
      volumes_.push_back({mail.scope, beijing_day(mail.requested_ms), counted_domain(mail.from_address),
                          counted_domain(mail.to_address), volume});
    }
    if (volume.machine_opened + volume.machine_clicked > 0) return;
    events_.push_back(
        {event.kind, mail, event.happened_ms, event.reason, event.hard, event.link, event.user_agent});
  }

  void close() {
    if (!volumes_.empty()) add_volumes(writer_, volumes_);
    if (!events_.empty()) parts_.outlet.queue(writer_, events_);
  }

 private:
  /// False when the event changes nothing.
  bool apply(const SentMail& mail, const MailEvent& event, Volume& volume) {
    switch (event.kind) {
      case EventKind::open:
        if (is_machine(mail, event)) {
          volume.machine_opened = 1;
          return true;
        }
        messages::set_mark(writer_, mail.row_id, messages::Mark::opened);
        volume.opened = 1;
        return true;
      case EventKind::click:
        if (is_machine(mail, event)) {
          volume.machine_clicked = 1;
          return true;
        }
        volume.clicked = messages::set_mark(writer_, mail.row_id, messages::Mark::clicked) ? 1 : 0;
        return true;
      case EventKind::unsubscribe:
        volume.unsubscribed = messages::set_mark(writer_, mail.row_id, messages::Mark::unsubscribed) ? 1 : 0;
        keep_away(mail, event, audience::UnsubscribeReason::unsubscribed);
        // One event a mail: with its link a recipient can subscribe and unsubscribe as often as he likes.
        return volume.unsubscribed > 0;
      case EventKind::spamreport:
        volume.complained = 1;
        if (!messages::set_mark(writer_, mail.row_id, messages::Mark::complained)) return false;
        keep_complaint(mail, event);
        keep_away(mail, event, audience::UnsubscribeReason::complained);
        return true;
      case EventKind::bounce:
        volume.bounced = 1;
        volume.delivered = mail.delivered ? -1 : 0;
        if (!mark_returned(writer_, mail, event.reason)) return false;
        if (event.hard) suppress(mail, event);
        return true;
      case EventKind::delivered:
      case EventKind::dropped:
      case EventKind::deferred:
        return false;  // EventRecorder records the delivery's outcomes.
    }
    return false;
  }

  bool is_machine(const SentMail& mail, const MailEvent& event) const {
    if (event.visitor == Visitor::machine) return true;
    if (event.simulated) return false;  // It stands for a person's, however soon it follows.
    const bool hasty = event.kind == EventKind::click || event.visitor == Visitor::proxy;
    if (!hasty || parts_.visits.machine_ms == 0) return false;
    // Some gateways follow the links before they reply to the mail.
    if (mail.first_attempt) return true;
    if (mail.delivered_ms == 0) return false;
    const std::int64_t after_ms = event.happened_ms - mail.delivered_ms;
    return after_ms < parts_.visits.machine_ms || (event.all_links && after_ms < parts_.visits.scan_ms);
  }

  void keep_complaint(const SentMail& mail, const MailEvent& event) {
    Complaint complaint;
    complaint.from_address = mail.from_address;
    complaint.to_address = mail.to_address;
    complaint.source_ip = event.source_ip;
    if (mail.template_id != 0) complaint.template_id = std::to_string(mail.template_id);
    complaint.bulk_id = mail.message_id;
    complaint.header_id = mail.header_id;
    complaint.subject = mail.subject;
    complaint.delivered_ms = mail.delivered_ms;
    complaint.complained_ms = event.happened_ms;
    complaint.inserted_ms = parts_.clock.now_ms();
    record_complaint(writer_, mail.scope, complaint);
  }

  void keep_away(const SentMail& mail, const MailEvent& event, audience::UnsubscribeReason reason) {
    audience::add_unsubscribe(writer_, {mail.scope, mail.sender_domain, mail.to_address, reason,
                                        event.happened_ms, event.simulated});
  }

  void suppress(const SentMail& mail, const MailEvent& event) {
    // A mail reported it, and everybody who has seen our mail could write one: it counts for this account
    // only.
    const audience::NewHardBounce bounce{mail.scope,        mail.to_address, event.reason,
                                         event.happened_ms, false,           event.simulated};
    audience::record_hard_bounces(writer_, std::span(&bounce, 1), parts_.suppression, parts_.clock.now_ms());
  }

  const MailEffects::Parts& parts_;
  storage::Writer& writer_;
  std::vector<VolumeChange> volumes_;
  std::vector<Event> events_;
};

}  // namespace

std::size_t MailEffects::apply(storage::Writer& writer, std::span<const MailEvent> events) const {
  EffectBatch batch(parts_, writer);
  std::size_t known = 0;
  std::map<accounts::MailId, std::optional<SentMail>> mails;  // Several events are often about one mail.
  for (const MailEvent& event : events) {
    const auto [place, is_new] = mails.try_emplace(event.mail);
    std::optional<SentMail>& mail = place->second;
    if (is_new) mail = find_sent_mail(writer, event.mail);
    if (!mail) continue;
    ++known;
    batch.add(*mail, event);
  }
  batch.close();
  return known;
}

}  // namespace sesame::effects
