#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "effects/mail_effects.hpp"
#include "effects/sent_mail.hpp"
#include "returns/incoming_report.hpp"
#include "storage/database.hpp"

namespace sesame::returns {

/// Takes in what comes back about mail that was sent: finds the mail, says what the report means for it,
/// keeps the report as evidence and lets the MailEffects record what happened. Only what names a mail by a
/// token of ours has an effect. Immutable; what it is given outlives it.
///
/// What an arrived mail does:
/// - a failure report (Action: failed, or a text that says why) about a delivered mail: it bounced;
/// - and its recipient is suppressed, if the reason does (bounces::suppresses) and the report speaks of that
///   recipient, not of somebody to whom he forwards;
/// - a complaint: spamreport;
/// - delays, automatic replies, reports that it arrived, and whatever is none of these: nothing.
class Intake {
 public:
  struct Parts {
    const ReturnAddresses& addresses;
    const bounces::Classifier& classifier;
    const effects::MailEffects& effects;
    const Clock& clock;
  };
  Intake(const Parts& parts, const IntakeLimits& limits) : parts_(parts), limits_(limits) {}

  /// read_report(): any thread.
  IncomingReport judge(const ArrivedMail& mail) const {
    return read_report(mail, parts_.addresses, parts_.classifier, limits_);
  }

  /// Evidence and effects, all or nothing. Error: "returns.mail_under_way": the mail's own outcome is not
  /// recorded yet (a report can be quicker than the recorder), nothing was changed, try again.
  Status record(storage::Writer& writer, const IncomingReport& mail) const;

 private:
  Status record_one(storage::Writer& writer, const IncomingReport& mail,
                    const IncomingReport::Target& target) const;

  const Parts parts_;
  const IntakeLimits limits_;
};

}  // namespace sesame::returns
