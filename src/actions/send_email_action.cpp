#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include "actions/mail_fields.hpp"
#include "actions/rooms.hpp"
#include "base/beijing_time.hpp"
#include "campaigns/daily_quota.hpp"
#include "campaigns/frequency_gate.hpp"
#include "campaigns/gatekeeper.hpp"
#include "campaigns/sends.hpp"
#include "content/composer.hpp"
#include "content/headers.hpp"
#include "delivery/messages.hpp"
#include "feedback/volumes.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 29> kCodes{{
    {"mail.recipient_missing", "InvalidParameterValue.EmailAddressIsNULL"},
    {"mail.recipient_malformed", "FailedOperation.IncorrectEmail"},
    {"mail.recipients_overlap", "InvalidParameterValue#overlap"},
    {"mail.reply_to_malformed", "FailedOperation.IncorrectEmail"},
    {"mail.message_id_malformed", "InvalidParameterValue"},
    {"mail.recipients_suppressed", "FailedOperation.EmailAddrInBlacklist"},
    {"mail.too_frequent", "FailedOperation.FrequencyLimit"},
    {"campaigns.quota_exceeded", "FailedOperation.ExceedSendLimit"},
    {"mail.content_missing", "FailedOperation.MissingEmailContent"},
    {"mail.content_not_base64", "InvalidParameterValue.EmailContentIsWrong"},
    {"mail.content_too_large", "FailedOperation.EmailContentToolarge"},
    {"mail.custom_forbidden", "FailedOperation.WithOutPermission"},
    {"mail.attachment_not_base64", "InvalidParameterValue.AttachContentIsWrong"},
    {"mail.attachment_by_url", "FailedOperation.FileURLNotExist"},
    {"senders.sender_malformed", "FailedOperation.IncorrectSender"},
    {"senders.sender_unknown", "FailedOperation.NotAuthenticatedSender"},
    {"senders.sender_not_verified", "FailedOperation.NotAuthenticatedSender"},
    {"content.template_missing", "FailedOperation.InvalidTemplateID"},
    {"content.template_not_approved", "FailedOperation.InvalidTemplateID"},
    {"content.not_json", "FailedOperation.WrongContentJson"},
    {"content.not_plain", "FailedOperation.WrongContentJson"},
    {"content.too_many_attachments", "FailedOperation.TooManyAttachments"},
    {"content.attachments_too_large", "FailedOperation.AttachContentToolarge"},
    {"content.attachment_name_illegal", "FailedOperation.InvalidAttachName"},
    {"content.header_illegal", "InvalidParameterValue#header"},
    {"content.too_many_headers", "InvalidParameterValue#header"},
    {"content.header_from_illegal", "FailedOperation.IncorrectSender#header_from"},
    {"content.header_from_foreign", "FailedOperation.IncorrectSender#header_from_domain"},
    {"content.from_illegal", "FailedOperation.IncorrectSender"},
}};

struct Recipients {
  std::vector<std::string> to;
  std::vector<std::string> cc;
  std::vector<std::string> bcc;
};

/// Reads one list; an address that an earlier list (or this one) holds already is left out.
Status read_list(const Fields& fields, const char* name, std::set<std::string>& seen,
                 std::vector<std::string>& list) {
  std::size_t index = 0;
  for (std::string& address : fields.texts(name)) {
    const std::string path = std::string(name) + "." + std::to_string(index++);
    if (address.empty()) return Error("mail.recipient_missing").with("name", path);
    const mime::AddressFault fault = mime::check_address(address);
    if (fault != mime::AddressFault::none) {
      return Error("mail.recipient_malformed")
          .with("name", path)
          .with("value", address)
          .with("rule", std::string(mime::explain(fault)));
    }
    if (seen.insert(mime::canonical_address(address)).second) list.push_back(std::move(address));
  }
  return Done{};
}

Result<Recipients> read_recipients(const Fields& fields) {
  Recipients recipients;
  std::set<std::string> seen;
  if (Status status = read_list(fields, "Destination", seen, recipients.to); !status)
    return std::move(status).error();
  // SES: SendEmail.Bcc must not overlap Destination.
  for (const std::string_view address : fields.text_views("Bcc")) {
    if (seen.contains(mime::canonical_address(address))) {
      return Error("mail.recipients_overlap").with("name", "Bcc").with("value", std::string(address));
    }
  }
  if (Status status = read_list(fields, "Cc", seen, recipients.cc); !status) return std::move(status).error();
  if (Status status = read_list(fields, "Bcc", seen, recipients.bcc); !status)
    return std::move(status).error();
  if (recipients.to.empty() && recipients.cc.empty() && recipients.bcc.empty()) {
    return Error("mail.recipient_missing").with("name", "Destination");
  }
  return recipients;
}

/// SES: SendEmail.SmtpMessageId, with or without its brackets (RFC 5322 §3.6.4).
Result<std::string> read_message_id(const Fields& fields) {
  std::string_view id = fields.text("SmtpMessageId");
  if (id.empty()) return std::string();
  if (id.size() > 2 && id.front() == '<' && id.back() == '>') id = id.substr(1, id.size() - 2);
  const bool plain =
      std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < 0x7f && c != '<' && c != '>'; });
  constexpr std::size_t kMessageIdBytesMax = 250;
  if (!plain || id.find('@') == std::string_view::npos || id.size() > kMessageIdBytesMax) {
    return Error("mail.message_id_malformed")
        .with("name", "SmtpMessageId")
        .with("value", std::string(id))
        .with("rule", "message_id");
  }
  return std::string(id);
}

/// A decoded request.
struct SendRequest {
  std::string sender;
  Recipients recipients;
  RequestedContent content;
  content::Mailing mailing;  // Without its bodies.
  std::string header_id;
};

Result<SendRequest> decode(const Call& call, bool custom_content) {
  const Fields fields(call.parameters);
  SendRequest request;
  request.sender = fields.text("FromEmailAddress");
  Result<Recipients> recipients = read_recipients(fields);
  if (!recipients) return std::move(recipients).error();
  request.recipients = std::move(*recipients);
  Result<RequestedContent> content = read_content(fields, custom_content);
  if (!content) return std::move(content).error();
  request.content = std::move(*content);
  Result<std::string> header_id = read_message_id(fields);
  if (!header_id) return std::move(header_id).error();
  request.header_id = std::move(*header_id);
  Result<std::vector<content::Header>> headers = content::parse_headers(fields.text("SmtpHeaders"));
  if (!headers) return std::move(headers).error();
  request.mailing.headers = std::move(*headers);
  request.mailing.header_from = fields.text("HeaderFrom");
  request.mailing.subject = fields.text("Subject");
  return request;
}

/// What a send needs beside its request.
struct SendContext {
  accounts::Scope scope;
  std::string app_id;
  std::int64_t now_ms = 0;
  Random& random;
  const campaigns::Gate& gate;
  campaigns::DailyQuota quota;
};

bool is_withheld(const campaigns::Verdict& verdict) { return verdict.withheld(); }

std::vector<std::string_view> envelopes_of(const Recipients& recipients) {
  std::vector<std::string_view> envelopes;
  for (const auto* list : {&recipients.to, &recipients.cc, &recipients.bcc}) {
    envelopes.insert(envelopes.end(), list->begin(), list->end());
  }
  return envelopes;
}

/// A verdict for each envelope; those that are mailed count against the day's quota. Errors when none is left
/// to be mailed: "mail.recipients_suppressed", "mail.too_frequent"; "campaigns.quota_exceeded".
Result<std::vector<campaigns::Verdict>> judge(storage::Writer& writer, const SendContext& context,
                                              const Recipients& recipients, const std::string& domain) {
  const std::vector<std::string_view> envelopes = envelopes_of(recipients);
  auto verdicts = context.gate.judge(writer, context.scope, envelopes, context.now_ms);
  if (std::ranges::all_of(verdicts, is_withheld)) {
    const bool frequent = verdicts.front().send_status == campaigns::FrequencyGate::kTooFrequent;
    return Error(frequent ? "mail.too_frequent" : "mail.recipients_suppressed")
        .with("value", std::string(envelopes.front()));
  }
  std::vector<std::string_view> mailed;
  for (std::size_t i = 0; i < envelopes.size(); ++i) {
    if (!verdicts[i].withheld()) mailed.push_back(envelopes[i]);
  }
  Status counted = context.quota.take_all(writer, context.scope, domain,
                                          static_cast<std::int64_t>(mailed.size()), context.now_ms);
  if (counted) return verdicts;
  context.gate.take_back(context.scope, mailed, context.now_ms);
  return std::move(counted).error();
}

void enqueue(storage::Writer& writer, const campaigns::NewSend& send, const campaigns::StoredSend& stored,
             const std::vector<campaigns::Verdict>& verdicts) {
  std::vector<delivery::NewMessage> messages;
  for (std::uint32_t ordinal = 0; ordinal < stored.envelopes.size(); ++ordinal) {
    delivery::NewMessage& message = messages.emplace_back();
    message.key = {delivery::MessageKey::Kind::send, stored.id, ordinal};
    message.scope = send.scope;
    message.message_id = stored.message_id;
    message.from_address = send.from_address;
    message.to_address = stored.envelopes[ordinal];
    message.requested_ms = send.now_ms;
    message.send_status = verdicts[ordinal].send_status;
    message.withheld_because = verdicts[ordinal].because;
  }
  delivery::enqueue(writer, messages);
}

void count_requests(storage::Writer& writer, const campaigns::NewSend& send,
                    const campaigns::StoredSend& stored, const std::vector<campaigns::Verdict>& verdicts) {
  const std::string sender = feedback::counted_domain(send.from_address);
  std::vector<feedback::VolumeChange> changes;
  for (std::size_t i = 0; i < stored.envelopes.size(); ++i) {
    feedback::Volume volume;
    volume.requested = 1;
    volume.accepted = verdicts[i].withheld() ? 0 : 1;
    changes.push_back({send.scope, beijing_day(send.now_ms), sender,
                       feedback::counted_domain(stored.envelopes[i]), volume});
  }
  feedback::add_volumes(writer, changes);
}

/// Stores the send and queues one message for each envelope.
Answer accept(storage::Writer& writer, const SendContext& context, const SendRequest& request) {
  Result<senders::ResolvedSender> sender = senders::resolve_sender(writer, context.scope, request.sender);
  if (!sender) return std::move(sender).error();
  content::Mailing mailing = request.mailing;
  mailing.from = sender->mailbox;
  if (Status status = fill_bodies(writer, context.scope, request.content, mailing); !status)
    return std::move(status).error();
  // What would fail for every recipient is said now and not by the first letter.
  if (Status status = content::Composer::check(mailing); !status) return std::move(status).error();
  const auto verdicts = judge(writer, context, request.recipients, sender->domain);
  if (!verdicts) return verdicts.error();

  campaigns::NewSend send;
  send.scope = context.scope;
  send.app_id = context.app_id;
  send.from_address = sender->mailbox.address;
  send.sender_domain = sender->domain;
  send.mailing = content::pack_mailing(mailing, request.content.attachments);
  send.template_data = request.content.template_data;
  send.subject = mailing.subject;
  send.template_id = request.content.template_id;
  send.headers = mailing.headers;
  send.header_id = request.header_id;
  send.to = request.recipients.to;
  send.cc = request.recipients.cc;
  send.bcc = request.recipients.bcc;
  send.withheld = static_cast<std::size_t>(std::ranges::count_if(*verdicts, is_withheld));
  send.now_ms = context.now_ms;
  const campaigns::StoredSend stored = campaigns::create_send(writer, context.random, send);
  enqueue(writer, send, stored, *verdicts);
  count_requests(writer, send, stored, *verdicts);
  return json::object{{"MessageId", stored.message_id}};
}

Result<Work> send_email(Call& call, const Rooms& rooms) {
  Result<SendRequest> decoded = decode(call, rooms.custom_content);
  if (!decoded) return std::move(decoded).error();
  // Shared: a copy of the job must not copy megabytes.
  const auto request = std::make_shared<const SendRequest>(std::move(*decoded));
  const SendContext context{call.scope,   call.app_id, call.now_ms,
                            rooms.random, rooms.gate,  rooms.daily_quota};
  return Work::write(
      [context, request](storage::Writer& writer) -> Answer { return accept(writer, context, *request); },
      rooms.wake_delivery);
}

}  // namespace

void add_send_email_action(cloudapi::ActionTable& table, const Rooms& rooms) {
  table.add(
      {"SendEmail", kSesVersion, false, [rooms](Call& call) { return send_email(call, rooms); }, kCodes});
}

}  // namespace sesame::actions
