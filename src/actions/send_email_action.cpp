#include <memory>
#include <optional>
#include <set>

#include "actions/call_origin.hpp"
#include "actions/families.hpp"
#include "actions/mail_fields.hpp"
#include "base/utf8.hpp"
#include "campaigns/message_ids.hpp"
#include "campaigns/send_intake.hpp"
#include "campaigns/unsubscribe_default.hpp"
#include "cloudapi/errors.hpp"
#include "cloudapi/send_codes.hpp"
#include "content/headers.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr auto kSendEmailCodes = cloudapi::send_codes<&cloudapi::SendCode::send_email>();

struct Recipients {
  std::vector<std::string> to;
  std::vector<std::string> cc;
  std::vector<std::string> bcc;
};

/// Reads one list; an address that an earlier list (or this one) already contains is left out.
Status read_list(const Fields& fields, const char* name, std::set<std::string>& seen,
                 std::vector<std::string>& list) {
  std::size_t index = 0;
  for (std::string& address : fields.texts(name)) {
    const std::string path = std::string(name) + "." + std::to_string(index++);
    if (address.empty()) return Error(cloudapi::errors::kRecipientMissing).with("name", path);
    const mime::AddressFault fault = mime::check_address(address);
    if (fault != mime::AddressFault::none) {
      return Error(cloudapi::errors::kRecipientMalformed)
          .with("name", path)
          .with("value", address)
          .with("rule", mime::explain(fault, address));
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
      return Error(cloudapi::errors::kRecipientsOverlap)
          .with("name", "Bcc")
          .with("value", std::string(address));
    }
  }
  if (Status status = read_list(fields, "Cc", seen, recipients.cc); !status) return std::move(status).error();
  if (Status status = read_list(fields, "Bcc", seen, recipients.bcc); !status)
    return std::move(status).error();
  if (recipients.to.empty() && recipients.cc.empty() && recipients.bcc.empty()) {
    return Error(cloudapi::errors::kRecipientMissing).with("name", "Destination");
  }
  return recipients;
}

/// SES: SendEmail.SmtpMessageId, with or without its brackets.
Result<std::string> read_message_id(const Fields& fields) {
  const std::string_view given = fields.text("SmtpMessageId");
  std::optional<std::string> id = campaigns::read_header_id(given);
  if (id) return std::move(*id);
  if (given.empty()) return std::string();
  return Error(cloudapi::errors::kMessageIdMalformed)
      .with("name", "SmtpMessageId")
      .with("value", std::string(given))
      .with("rule", "message_id");
}

/// A decoded request.
struct SendRequest {
  std::string sender;
  Recipients recipients;
  RequestedContent content;
  content::Mailing mailing;  // Without its bodies.
  std::string header_id;
};

Result<SendRequest> decode_send(const Call& call, const SendParts& parts) {
  const Fields fields(call.parameters);
  SendRequest request;
  request.sender = fields.text("FromEmailAddress");
  Result<Recipients> recipients = read_recipients(fields);
  if (!recipients) return std::move(recipients).error();
  request.recipients = std::move(*recipients);
  Result<RequestedContent> content = read_content(fields, parts.rules);
  if (!content) return std::move(content).error();
  request.content = std::move(*content);
  Result<std::string> header_id = read_message_id(fields);
  if (!header_id) return std::move(header_id).error();
  request.header_id = std::move(*header_id);
  Result<std::vector<content::Header>> headers = content::parse_headers(fields.text("SmtpHeaders"));
  if (!headers) return std::move(headers).error();
  request.mailing.headers = std::move(*headers);
  request.mailing.header_from = fields.text("HeaderFrom");
  request.mailing.subject = utf8::mended_to_store(fields.text("Subject"));
  return request;
}

/// The parts that a send needs besides its request.
struct SendContext {
  accounts::Scope scope;
  std::string app_id;
  std::int64_t now_ms = 0;
  campaigns::CallOrigin call;
  const campaigns::SendIntake& send_intake;
};

Answer accept_send(storage::Writer& writer, const SendContext& context, const SendRequest& request) {
  Result<senders::ResolvedSender> sender = senders::resolve_sender(writer, context.scope, request.sender);
  if (!sender) return std::move(sender).error();
  content::Mailing mailing = request.mailing;
  mailing.from = sender->mailbox;
  mailing.unsubscribe = request.content.unsubscribe;
  campaigns::fill_unsubscribe(writer, context.scope, mailing);
  if (Status status = fill_bodies(writer, context.scope, request.content, mailing); !status)
    return std::move(status).error();
  campaigns::NewSend send;
  send.scope = context.scope;
  send.app_id = context.app_id;
  send.from_address = sender->mailbox.address;
  send.sender_domain = sender->domain;
  send.template_data = request.content.template_data;
  send.template_id = request.content.template_id;
  send.header_id = request.header_id;
  send.to = request.recipients.to;
  send.cc = request.recipients.cc;
  send.bcc = request.recipients.bcc;
  send.now_ms = context.now_ms;
  send.call = context.call;
  const auto stored =
      context.send_intake.accept(writer, std::move(mailing), request.content.attachments, std::move(send));
  if (!stored) return stored.error();
  return json::object{{"MessageId", stored.value().message_id}};
}

Result<Work> send_email(Call& call, const SendParts& parts) {
  Result<SendRequest> decoded = decode_send(call, parts);
  if (!decoded) return std::move(decoded).error();
  // Shared: a copy of the job must not copy megabytes.
  const auto request = std::make_shared<const SendRequest>(std::move(*decoded));
  const SendContext context{call.scope, call.app_id, call.now_ms, origin_of(call), parts.intake};
  return Work::write(
      [context, request](storage::Writer& writer) -> Answer {
        return accept_send(writer, context, *request);
      },
      parts.wake_delivery);
}

}  // namespace

void add_send_email_action(cloudapi::ActionTable& table, const SendParts& parts) {
  table.add({.name = "SendEmail",
             .version = kSesVersion,
             .prepare = [parts](Call& call) { return send_email(call, parts); },
             .codes = kSendEmailCodes});
}

}  // namespace sesame::actions
