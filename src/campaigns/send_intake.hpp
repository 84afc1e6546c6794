#pragma once

#include <span>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "campaigns/daily_quota.hpp"
#include "campaigns/mail_filter.hpp"
#include "campaigns/sends.hpp"
#include "content/mailing.hpp"
#include "messages/source.hpp"
#include "senders/tracking.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Accepts single sends from the API and from SMTP. Constant. Thread: any.
class SendIntake {
 public:
  /// `filters`, `random` and the observers outlive it.
  SendIntake(const MailFilters& filters, DailyQuota quota, Random& random,
             std::vector<messages::SendObserver*> observers, const senders::Tracking& tracking = {})
      : filters_(filters),
        quota_(quota),
        random_(random),
        observers_(std::move(observers)),
        tracking_(tracking) {}

  /// Decides the tracking, judges the recipients, counts them against the day's quota, stores the send and
  /// queues its envelopes, withheld ones included: all or nothing. `mailing` is the send's content with its
  /// bodies; `send` is complete except for the members derived from it (mailing, subject, headers) and from
  /// the verdicts (withheld). `attachments` are those of the mailing, which need not be copied into it.
  ///
  /// Errors: those of content::Composer::check; when all recipients are withheld
  /// errors::kRecipientsSuppressed, errors::kRecipientsUnsubscribed or errors::kTooFrequent, after the first
  /// address; errors::kQuotaExceeded. Job: write.
  Result<StoredSend> accept(storage::Writer& writer, content::Mailing mailing,
                            std::span<const content::Attachment> attachments, NewSend send) const;

 private:
  Result<std::vector<Verdict>> judge(storage::Writer& writer, const NewSend& send) const;
  void take_back_when_undone(storage::Writer& writer, const NewSend& send,
                             const std::vector<std::string_view>& mailed) const;

  const MailFilters& filters_;
  const DailyQuota quota_;
  Random& random_;
  const std::vector<messages::SendObserver*> observers_;
  const senders::Tracking tracking_;
};

}  // namespace sesame::campaigns
