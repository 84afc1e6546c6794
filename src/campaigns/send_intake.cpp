#include "campaigns/send_intake.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "audience/suppression.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/frequency_filter.hpp"
#include "content/composer.hpp"

namespace sesame::campaigns {

namespace {

bool is_withheld(const Verdict& verdict) { return verdict.withheld(); }

std::vector<std::string_view> envelopes_of(const NewSend& send) {
  std::vector<std::string_view> envelopes;
  for (const auto* list : {&send.to, &send.cc, &send.bcc})
    envelopes.insert(envelopes.end(), list->begin(), list->end());
  return envelopes;
}

/// SES: SendEmail has codes for the reasons that GetSendEmailStatus numbers.
const ErrorName& refusal_for(const Verdict& verdict) {
  if (verdict.send_status == FrequencyFilter::kTooFrequent) return errors::kTooFrequent;
  const bool unsubscribed = verdict.send_status == static_cast<int>(audience::Suppression::unsubscribed);
  return unsubscribed ? errors::kRecipientsUnsubscribed : errors::kRecipientsSuppressed;
}

/// Makes one message per envelope, withheld ones included.
std::vector<messages::NewMessage> messages_of(const NewSend& send, const StoredSend& stored,
                                              std::span<const Verdict> verdicts) {
  std::vector<messages::NewMessage> messages(stored.envelopes.size());
  for (std::uint32_t ordinal = 0; ordinal < messages.size(); ++ordinal) {
    messages::NewMessage& message = messages[ordinal];
    message.id = {send.scope.account_id, accounts::MailId::Kind::send, stored.id, ordinal};
    message.scope = send.scope;
    message.message_id = stored.message_id;
    message.from_address = send.from_address;
    message.to_address = stored.envelopes[ordinal];
    message.requested_ms = send.now_ms;
    message.send_status = verdicts[ordinal].send_status;
    message.withheld_because = verdicts[ordinal].because;
  }
  return messages;
}

}  // namespace

/// Judges each envelope and counts the mailed ones against the day's quota.
Result<std::vector<Verdict>> SendIntake::judge(storage::Writer& writer, const NewSend& send) const {
  const std::vector<std::string_view> envelopes = envelopes_of(send);
  std::vector<Verdict> verdicts =
      filters_.judge(writer, {send.scope, send.sender_domain}, envelopes, send.now_ms);
  if (std::ranges::all_of(verdicts, is_withheld)) {
    return Error(refusal_for(verdicts.front())).with("value", std::string(envelopes.front()));
  }
  std::vector<std::string_view> mailed;
  for (std::size_t i = 0; i < envelopes.size(); ++i) {
    if (!verdicts[i].withheld()) mailed.push_back(envelopes[i]);
  }
  if (filters_.counts()) take_back_when_undone(writer, send, mailed);
  Status counted = quota_.take_all(writer, send.scope, send.sender_domain,
                                   static_cast<std::int64_t>(mailed.size()), send.now_ms);
  if (!counted) return std::move(counted).error();
  return verdicts;
}

/// The filters have counted in memory at once, so that they judge the jobs behind this one by it.
void SendIntake::take_back_when_undone(storage::Writer& writer, const NewSend& send,
                                       const std::vector<std::string_view>& mailed) const {
  std::vector<std::string> addresses(mailed.begin(), mailed.end());
  writer.on_undo(
      [&filters = filters_, scope = send.scope, addresses = std::move(addresses), now_ms = send.now_ms] {
        filters.take_back(scope, std::vector<std::string_view>(addresses.begin(), addresses.end()), now_ms);
      });
}

Result<StoredSend> SendIntake::accept(storage::Writer& writer, content::Mailing mailing,
                                      std::span<const content::Attachment> attachments, NewSend send) const {
  // An error common to all recipients rejects the call now instead of failing every letter.
  if (Status status = content::Composer::check(mailing); !status) return std::move(status).error();
  const Result<std::vector<Verdict>> verdicts = judge(writer, send);
  if (!verdicts) return verdicts.error();
  const senders::Tracking tracked = senders::tracking_of(writer, send.scope, mailing.from.address, tracking_);
  mailing.track_opens = tracked.opens;
  mailing.track_clicks = tracked.clicks;
  send.mailing = content::pack_mailing(mailing, attachments);
  send.subject = mailing.subject;
  send.headers = mailing.headers;
  send.withheld = static_cast<std::size_t>(std::ranges::count_if(*verdicts, is_withheld));
  StoredSend stored = create_send(writer, random_, send);
  const std::vector<messages::NewMessage> queued = messages_of(send, stored, *verdicts);
  messages::enqueue(writer, queued);
  for (messages::SendObserver* observer : observers_) observer->accepted(writer, queued);
  return stored;
}

}  // namespace sesame::campaigns
