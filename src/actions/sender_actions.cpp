#include "accounts/password_hash.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "base/secret.hpp"
#include "campaigns/under_way.hpp"
#include "senders/errors.hpp"
#include "senders/smtp_passwords.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kSenderCodes[] = {
    {senders::errors::kAddressIllegal, "InvalidParameterValue.IllegalEmailAddress"},
    {senders::errors::kNameIllegal, "InvalidParameterValue.IllegalSenderName"},
    {senders::errors::kAddressDomainMissing, "OperationDenied.DomainNotVerified"},
    {senders::errors::kDomainNotVerified, "OperationDenied.DomainNotVerified"},
    {senders::errors::kAddressTaken, "InvalidParameterValue.RepeatEmailAddress"},
    {senders::errors::kTooManyAddresses, "OperationDenied.ExceedSenderLimit"},
    {senders::errors::kAddressMissing, "InvalidParameterValue.NoSuchSender"},
    {senders::errors::kAddressIsMailed, "OperationDenied.NotAllowDelete"},
    {senders::errors::kPasswordWeak, "InvalidParameterValue.InvalidSmtpPassWord"},
    {senders::errors::kPasswordRepeated, "OperationDenied.RepeatPassWord"},
};

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
                                  {"SmtpPwdType", sender.has_smtp_password ? 1 : 0}});
    }
    return json::object{{"EmailSenders", std::move(rows)}};
  });
}

Result<Work> delete_email_address(Call& call) {
  return Work::write(
      [scope = call.scope, address = std::string(Fields(call.parameters).text("EmailAddress"))](
          storage::Writer& writer) -> Answer {
        Status deleted = senders::delete_address(writer, scope, address);
        if (!deleted) return std::move(deleted).error();
        // The refusal rolls the deletion back.
        if (campaigns::address_is_mailed(writer, scope, address))
          return Error(senders::errors::kAddressIsMailed).with("value", address);
        return json::object{};
      });
}

// On the blocking pool: comparing and hashing take tens of milliseconds each.
Result<Work> update_smtp_password(Call& call, storage::Database& database) {
  const Fields fields(call.parameters);
  std::string address(fields.text("EmailAddress"));
  const Secret password{std::string(fields.text("Password"))};
  if (Status strong = senders::check_smtp_password(password.reveal()); !strong)
    return std::move(strong).error();
  Result<std::string> before = database.get<std::string>(
      [&](storage::Reader& reader) { return senders::smtp_hash(reader, call.scope, address); });
  if (!before) return std::move(before).error();
  if (accounts::password_matches(*before, password.reveal()))
    return Error(senders::errors::kPasswordRepeated);
  Result<std::string> hash = accounts::hash_password(password.reveal());
  if (!hash) return std::move(hash).error();
  return Work::write([scope = call.scope, address = std::move(address),
                      hash = std::move(*hash)](storage::Writer& writer) -> Answer {
    Status set = senders::set_smtp_hash(writer, scope, address, hash);
    if (!set) return std::move(set).error();
    return json::object{};
  });
}

}  // namespace

void add_sender_actions(cloudapi::ActionTable& table, const SenderParts& parts) {
  table.add({.name = "CreateEmailAddress",
             .version = kSesVersion,
             .prepare = [options = parts.options](Call& call) { return create_email_address(call, options); },
             .codes = kSenderCodes});
  table.add({.name = "ListEmailAddress",
             .version = kSesVersion,
             .prepare = list_email_address,
             .codes = kSenderCodes});
  table.add({.name = "DeleteEmailAddress",
             .version = kSesVersion,
             .prepare = delete_email_address,
             .codes = kSenderCodes});
  table.add(
      {.name = "UpdateEmailSmtpPassWord",
       .version = kSesVersion,
       .heavy = true,
       .prepare = [&database = parts.database](Call& call) { return update_smtp_password(call, database); },
       .codes = kSenderCodes});
}

}  // namespace sesame::actions
