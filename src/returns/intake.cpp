#include "returns/intake.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/ascii.hpp"
#include "base/log.hpp"
#include "base/utf8.hpp"
#include "mime/address.hpp"
#include "returns/errors.hpp"

namespace sesame::returns {

namespace {

// Subjects of reports without an Action field about delayed mail that is not given up.
constexpr std::array<std::string_view, 4> kDelaySubjects{"delay", "warning", "not yet been delivered",
                                                         "still being retried"};

std::string_view local_of(std::string_view address) { return address.substr(0, address.rfind('@')); }

std::string_view domain_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  return at == address.npos ? std::string_view{} : address.substr(at + 1);
}

bool is_below(std::string_view domain, std::string_view parent) {
  return domain.size() > parent.size() && domain.ends_with(parent) &&
         domain[domain.size() - parent.size() - 1] == '.';
}

/// Whether both addresses name one mailbox, also by the names used inside a server: ann@imap.shop.example, or
/// `ann` alone. `sent` is canonical.
bool is_same_mailbox(std::string_view reported, std::string_view sent) {
  const std::string said = mime::canonical_address(reported);
  if (said == sent) return true;
  if (local_of(said) != local_of(sent)) return false;
  const std::string_view domain = domain_of(said);
  return domain.empty() || is_below(domain, domain_of(sent)) || is_below(domain_of(sent), domain);
}

bool speaks_of(const bounces::ClassifiedRecipient& said, std::string_view sent) {
  return (!said.address.empty() && is_same_mailbox(said.address, sent)) ||
         (!said.original_address.empty() && is_same_mailbox(said.original_address, sent));
}

/// A report's part about the sent mail's recipient.
struct Finding {
  const bounces::ClassifiedRecipient* said = nullptr;  // Null for ordinary mail.
  bool agrees = false;                                 // It names the mail's recipient or no recipient.
};

/// A mail has one recipient, so other recipients in a report are those to whom it was forwarded.
Finding find_recipient(const bounces::ClassifiedMail& mail, std::string_view recipient) {
  const std::string sent = mime::canonical_address(recipient);
  for (const bounces::ClassifiedRecipient& said : mail.recipients) {
    if (speaks_of(said, sent)) return {&said, true};
  }
  if (mail.recipients.empty()) return {};
  const bounces::ClassifiedRecipient& first = mail.recipients.front();
  return {&first, first.address.empty() && first.original_address.empty()};
}

bool is_failure(const IncomingReport& judged, const bounces::ClassifiedRecipient& said) {
  const bounces::ClassifiedMail& mail = judged.said;
  if (mail.kind != bounces::BounceMail::Kind::bounce) return false;
  if (!said.action.empty()) return said.action == "failed";  // RFC 3464 §2.3.3
  const bounces::BounceClass reason = said.classification.bounce_class;
  if (reason == bounces::BounceClass::other || reason == bounces::BounceClass::auto_reply ||
      reason == bounces::BounceClass::complaint)
    return false;
  const std::string subject = ascii::lower(judged.subject);
  return std::ranges::none_of(kDelaySubjects,
                              [&](std::string_view word) { return subject.find(word) != subject.npos; });
}

ReturnEffect effect_of(const IncomingReport& mail, const Finding& finding) {
  if (finding.said == nullptr) return ReturnEffect::none;
  if (mail.said.kind == bounces::BounceMail::Kind::abuse_report) {
    const bool complains = finding.said->classification.bounce_class == bounces::BounceClass::complaint;
    return complains ? ReturnEffect::complained : ReturnEffect::none;
  }
  if (!is_failure(mail, *finding.said)) return ReturnEffect::none;
  const bool dead = finding.agrees && bounces::suppresses(finding.said->classification);
  return dead ? ReturnEffect::suppressed : ReturnEffect::bounced;
}

effects::MailEvent happening_of(ReturnEffect effect, const accounts::MailId& mail, const Evidence& evidence,
                                const bounces::ClassifiedMail& said) {
  effects::MailEvent event;
  event.kind =
      effect == ReturnEffect::complained ? effects::EventKind::spamreport : effects::EventKind::bounce;
  event.mail = mail;
  event.happened_ms = evidence.received_ms;
  event.reason = evidence.reason.empty() ? evidence.bounce_class : evidence.reason;
  event.hard = effect == ReturnEffect::suppressed;
  event.source_ip = said.source_ip;
  return event;
}

void describe(Evidence& evidence, const Finding& finding) {
  if (finding.said == nullptr) {
    evidence.bounce_class = bounces::name_of(bounces::BounceClass::other);
    return;
  }
  const bounces::Classification& made = finding.said->classification;
  evidence.reported_address = utf8::mended_to_store(finding.said->address);
  evidence.bounce_class = bounces::name_of(made.bounce_class);
  evidence.status = made.status;
  evidence.reply_code = made.reply_code;
  evidence.reason = made.evidence;
}

/// Whether the outcome of the mail that a report is about has to be recorded first. `stored` is that mail.
bool waits_for_outcome(storage::Reader& reader, const IncomingReport& mail,
                       const IncomingReport::Target& target, const std::optional<effects::SentMail>& stored) {
  if (!stored) return target.mail && effects::may_still_appear(reader, *target.mail);
  return stored->under_way &&
         effect_of(mail, find_recipient(mail.said, stored->to_address)) != ReturnEffect::none;
}

}  // namespace

bool Intake::is_early(storage::Reader& reader, const IncomingReport& mail) const {
  return std::ranges::any_of(mail.targets, [&](const IncomingReport::Target& target) {
    std::optional<effects::SentMail> stored;
    if (target.mail) stored = effects::find_sent_mail(reader, *target.mail);
    return waits_for_outcome(reader, mail, target, stored);
  });
}

Status Intake::record(storage::Writer& writer, const IncomingReport& mail) const {
  for (const IncomingReport::Target& target : mail.targets) {
    if (Status recorded = record_one(writer, mail, target); !recorded) return recorded;
  }
  return Done{};
}

Status Intake::record_one(storage::Writer& writer, const IncomingReport& mail,
                          const IncomingReport::Target& target) const {
  Evidence evidence;
  evidence.received_ms = parts_.clock.now_ms();
  evidence.envelope_from = mail.envelope_from;
  evidence.envelope_to = target.envelope_to;
  evidence.peer_address = mail.peer_address;
  evidence.size_bytes = static_cast<std::int64_t>(mail.size_bytes);
  std::optional<effects::SentMail> stored;
  if (target.mail) stored = effects::find_sent_mail(writer, *target.mail);
  if (waits_for_outcome(writer, mail, target, stored)) return Error(errors::kMailUnderWay);
  if (!stored) {
    describe(evidence, find_recipient(mail.said, ""));  // Also for a sent mail whose row has expired.
    keep_evidence(writer, evidence, mail.packed, limits_.evidence);
    return Done{};
  }
  const Finding finding = find_recipient(mail.said, stored->to_address);
  ReturnEffect effect = effect_of(mail, finding);
  const bool bounces = effect == ReturnEffect::bounced || effect == ReturnEffect::suppressed;
  if (bounces && !stored->delivered) effect = ReturnEffect::none;  // The failure is already recorded.
  if (effect == ReturnEffect::complained && stored->complained) effect = ReturnEffect::none;

  evidence.scope = stored->scope;
  evidence.mail = target.mail;
  evidence.message_id = stored->message_id;
  evidence.to_address = stored->to_address;
  evidence.effect = effect;
  describe(evidence, finding);
  if (!keep_evidence(writer, evidence, mail.packed, limits_.evidence)) {
    log_info("returns.evidence_not_kept",
             {{"message_id", evidence.message_id}, {"class", evidence.bounce_class}});
  }
  if (effect == ReturnEffect::none) return Done{};
  const effects::MailEvent event = happening_of(effect, *target.mail, evidence, mail.said);
  parts_.effects.apply(writer, std::span(&event, 1));
  return Done{};
}

}  // namespace sesame::returns
