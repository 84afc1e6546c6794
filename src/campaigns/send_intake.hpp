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

/// The one way in for a single send, whoever brings it: the API or SMTP. Constant; any thread.
class SendIntake {
 public:
  /// All but the quota and the server's setting of tracking outlive it.
  SendIntake(const MailFilters& filters, DailyQuota quota, Random& random,
             std::vector<messages::SendObserver*> observers, const senders::Tracking& tracking = {})
      : filters_(filters),
        quota_(quota),
        random_(random),
        observers_(std::move(observers)),
        tracking_(tracking) {}

  /// Settles whether opens and clicks are followed, asks who may be mailed, counts against the day's quota,
  /// stores the send and queues its envelopes, also those that are withheld: all of it or nothing. `mailing`
  /// is the send's content with its bodies; `send` is complete but for what follows from it (mailing,
  /// subject, headers) and from the verdicts (withheld). `attachments` are those of the mailing, which need
  /// not be copied into it. Inside a database job.
  ///
  /// Errors: those of content::Composer::check; when nobody is left to be mailed
  /// "mail.recipients_suppressed", "mail.recipients_unsubscribed" or "mail.too_frequent", whichever it is for
  /// the first address (fact "value"); "campaigns.quota_exceeded".
  Result<StoredSend> accept(storage::Writer& writer, content::Mailing mailing,
                            std::span<const content::Attachment> attachments, NewSend send) const;

 private:
  Result<std::vector<Verdict>> judge(storage::Writer& writer, const NewSend& send) const;

  const MailFilters& filters_;
  const DailyQuota quota_;
  Random& random_;
  const std::vector<messages::SendObserver*> observers_;
  const senders::Tracking tracking_;
};

}  // namespace sesame::campaigns
