#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "effects/mail_effects.hpp"
#include "effects/sent_mail.hpp"
#include "returns/incoming_report.hpp"
#include "storage/database.hpp"

namespace sesame::returns {

/// Processes arrived mails: finds the sent mail, classifies the report, stores it as evidence and applies its
/// event by MailEffects. Only reports with a token of ours have an effect. Immutable; what it is given
/// outlives it. Thread: any.
///
/// Effects of an arrived mail:
/// - a failure report (Action: failed, or a text with a reason) about a delivered mail: the mail counts as
///   bounced;
/// - in addition, its recipient is suppressed if the reason suppresses (bounces::suppresses) and the report
///   is about this recipient, not about an address to which the mail was forwarded;
/// - a complaint: spamreport;
/// - delays, automatic replies, reports of a delivery and all other mails: no effect.
class Intake {
 public:
  struct Parts {
    const ReturnAddresses& addresses;
    const bounces::Classifier& classifier;
    const effects::MailEffects& effects;
    const Clock& clock;
  };
  Intake(const Parts& parts, const IntakeLimits& limits) : parts_(parts), limits_(limits) {}

  /// Reads an arrived mail by read_report().
  IncomingReport judge(const ArrivedMail& mail) const {
    return read_report(mail, parts_.addresses, parts_.classifier, limits_);
  }

  /// Records the evidence and the effects, all or nothing. Error: errors::kMailUnderWay when the sent mail's
  /// own outcome is not recorded yet (a report can be faster than the recorder); nothing was changed, try
  /// again. Job: write.
  Status record(storage::Writer& writer, const IncomingReport& mail) const;

  /// Whether record() would answer errors::kMailUnderWay. Job: read.
  bool is_early(storage::Reader& reader, const IncomingReport& mail) const;

 private:
  Status record_one(storage::Writer& writer, const IncomingReport& mail,
                    const IncomingReport::Target& target) const;

  const Parts parts_;
  const IntakeLimits limits_;
};

}  // namespace sesame::returns
