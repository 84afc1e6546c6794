#include <array>

#include "actions/fields.hpp"
#include "actions/rooms.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kCodes{{
    {"senders.address_illegal", "InvalidParameterValue.IllegalEmailAddress"},
    {"senders.name_illegal", "InvalidParameterValue.IllegalSenderName"},
    {"senders.domain_not_verified", "OperationDenied.DomainNotVerified"},
    {"senders.address_taken", "InvalidParameterValue.RepeatEmailAddress"},
    {"senders.too_many_addresses", "OperationDenied.ExceedSenderLimit"},
}};

Result<Work> create_email_address(Call& call, senders::AddressOptions options) {
  const Fields fields(call.parameters);
  return Work::write([scope = call.scope, address = std::string(fields.text("EmailAddress")),
                      alias = std::string(fields.text("EmailSenderName")), now_ms = call.now_ms,
                      options](storage::Writer& writer) -> Answer {
    const Result<std::int64_t> id = senders::create_address(writer, scope, address, alias, now_ms, options);
    if (!id) return id.error();
    return json::object{};
  });
}

Result<Work> list_email_address(Call& call) {
  return Work::quick_read([scope = call.scope](storage::Reader& reader) -> Answer {
    json::array rows;
    for (const senders::SenderAddress& sender : senders::list_addresses(reader, scope)) {
      rows.push_back(json::object{{"EmailAddress", sender.address},
                                  {"EmailSenderName", sender.alias},
                                  {"CreatedTimestamp", sender.created_ms / 1000},
                                  {"SmtpPwdType", 0}});
    }
    return json::object{{"EmailSenders", std::move(rows)}};
  });
}

}  // namespace

void add_sender_actions(cloudapi::ActionTable& table, const Rooms& rooms) {
  table.add({"CreateEmailAddress", kSesVersion, false,
             [options = rooms.addresses](Call& call) { return create_email_address(call, options); },
             kCodes});
  table.add({"ListEmailAddress", kSesVersion, false, list_email_address, kCodes});
}

}  // namespace sesame::actions
