#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "base/base64.hpp"
#include "base/beijing_time.hpp"
#include "delivery/errors.hpp"
#include "delivery/inbox.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kInboxCodes[] = {
    {delivery::errors::kUnknownMail, "ResourceNotFound"},
};

json::object encode_inbox_entry(const delivery::InboxEntry& entry) {
  return {{"MailId", entry.id},           {"ReceivedTime", format_beijing_time(entry.received_ms)},
          {"From", entry.from_address},   {"To", entry.to_address},
          {"Subject", entry.subject},     {"Bytes", entry.size_bytes},
          {"MessageId", entry.message_id}};
}

Result<Work> list_inbox_mails(Call& call) {
  const Fields fields(call.parameters);
  delivery::InboxFilter filter;
  if (const auto to = fields.maybe_text("To")) filter.to_address = *to;
  if (const auto from = fields.maybe_text("From")) filter.from_address = *from;
  filter.message_id = fields.text("MessageId");
  if (const auto subject = fields.maybe_text("Subject")) filter.subject = *subject;
  const auto offset =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(fields.number("Offset"), UINT32_MAX));
  const auto limit = static_cast<std::uint32_t>(fields.page_limit());
  return Work::read([scope = call.scope, filter, offset, limit](storage::Reader& reader) -> Answer {
    const delivery::InboxPage page = delivery::list_inbox(reader, scope, filter, offset, limit);
    json::array data;
    for (const delivery::InboxEntry& entry : page.entries) data.push_back(encode_inbox_entry(entry));
    return json::object{{"TotalCount", page.total}, {"Data", std::move(data)}};
  });
}

Result<Work> get_inbox_mail(Call& call) {
  const auto id = static_cast<std::int64_t>(Fields(call.parameters).number("MailId"));
  return Work::read([scope = call.scope, id](storage::Reader& reader) -> Answer {
    const Result<delivery::InboxMessage> mail = delivery::find_inbox_mail(reader, scope, id);
    if (!mail) return mail.error();
    return json::object{
        {"Raw", encode_base64(mail->bytes)}, {"ReceivedTime", format_beijing_time(mail->entry.received_ms)},
        {"From", mail->entry.from_address},  {"To", mail->entry.to_address},
        {"Subject", mail->entry.subject},    {"MessageId", mail->entry.message_id}};
  });
}

Result<Work> delete_inbox_mails(Call& call) {
  return Work::write([scope = call.scope](storage::Writer& writer) -> Answer {
    return json::object{{"DeletedCount", delivery::empty_inbox(writer, scope)}};
  });
}

}  // namespace

void add_inbox_actions(cloudapi::ActionTable& table) {
  table.add(
      {.name = "ListInboxMails", .version = kOwnVersion, .prepare = list_inbox_mails, .codes = kInboxCodes});
  table.add(
      {.name = "GetInboxMail", .version = kOwnVersion, .prepare = get_inbox_mail, .codes = kInboxCodes});
  table.add({.name = "DeleteInboxMails",
             .version = kOwnVersion,
             .prepare = delete_inbox_mails,
             .codes = kInboxCodes});
}

}  // namespace sesame::actions
