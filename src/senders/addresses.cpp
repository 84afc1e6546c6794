#include "senders/addresses.hpp"

#include "base/utf8.hpp"
#include "senders/errors.hpp"
#include "senders/rows.hpp"

namespace sesame::senders {
namespace {

using storage::Sql;

constexpr std::size_t kAliasBytesMax = 255;

constexpr Sql kInsert{"senders.insert_address",
                      "INSERT INTO sender_address (account_id, region, domain_id, address, canonical, alias, "
                      "created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Sql kCount{"senders.count_addresses", "SELECT count(*) FROM sender_address WHERE domain_id = ?1"};
constexpr Sql kFind{
    "senders.find_address",
    "SELECT id, address, alias, created_ms, CASE WHEN smtp_hash <> '' THEN 1 ELSE 0 END FROM sender_address "
    "WHERE account_id = ?1 AND region = ?2 AND canonical = ?3"};
constexpr Sql kList{
    "senders.list_addresses",
    "SELECT id, address, alias, created_ms, CASE WHEN smtp_hash <> '' THEN 1 ELSE 0 END FROM sender_address "
    "WHERE account_id = ?1 AND region = ?2 ORDER BY id"};
constexpr Sql kDeleteSetting{"senders.delete_unsubscribe_of",
                             "DELETE FROM sender_unsubscribe WHERE address_id = ?1"};
constexpr Sql kDeleteTracking{"senders.delete_tracking_of",
                              "DELETE FROM tracking_setting WHERE account_id = ?1 AND region = ?2 AND "
                              "address_id = ?3"};
constexpr Sql kDelete{"senders.delete_address", "DELETE FROM sender_address WHERE id = ?1"};

SenderAddress address_from(storage::Rows& rows) {
  return {.id = rows.next_integer(),
          .address = std::string(rows.next_text()),
          .alias = std::string(rows.next_text()),
          .created_ms = rows.next_integer(),
          .has_smtp_password = rows.next_flag()};
}

bool is_alias_legal(std::string_view alias) {
  if (alias.size() > kAliasBytesMax || !utf8::valid(alias)) return false;
  for (std::size_t i = 0; i < alias.size(); ++i) {
    const auto byte = static_cast<unsigned char>(alias[i]);
    // U+0080 to U+009F are control characters as well.
    const bool c1 = byte == 0xc2 && static_cast<unsigned char>(alias[i + 1]) < 0xa0;
    if (byte < ' ' || byte == 0x7f || c1 || byte == ':' || byte == '<' || byte == '>') return false;
  }
  return true;
}

}  // namespace

Status check_alias(std::string_view alias) {
  if (!is_alias_legal(alias)) return Error(errors::kNameIllegal).with("value", std::string(alias));
  return Done{};
}

Result<std::int64_t> create_address(storage::Writer& writer, const accounts::Scope& scope,
                                    std::string_view address, std::string_view alias, std::int64_t now_ms,
                                    const AddressOptions& options) {
  if (mime::check_address(address) != mime::AddressFault::none)
    return Error(errors::kAddressIllegal).with("value", std::string(address));
  if (Status checked = check_alias(alias); !checked) return std::move(checked).error();
  const std::string_view domain = mime::domain_of(address);
  const std::optional<DomainRow> row = find_domain_row(writer, scope, domain);
  if (!row) return Error(errors::kAddressDomainMissing).with("domain", std::string(domain));
  if (!row->verified) return Error(errors::kDomainNotVerified).with("domain", std::string(domain));
  if (find_address(writer, scope, address))
    return Error(errors::kAddressTaken).with("value", std::string(address));
  const auto counted = writer.query(kCount, row->id);
  if (counted->next() && counted->next_integer() >= options.addresses_per_domain_max)
    return Error(errors::kTooManyAddresses).with("limit", std::to_string(options.addresses_per_domain_max));
  return writer.insert(kInsert, scope.account_id, scope.region, row->id, address,
                       mime::canonical_address(address), alias, now_ms);
}

Status delete_address(storage::Writer& writer, const accounts::Scope& scope, std::string_view address) {
  const std::optional<SenderAddress> found = find_address(writer, scope, address);
  if (!found) return Error(errors::kAddressMissing).with("value", std::string(address));
  writer.run(kDeleteSetting, found->id);
  writer.run(kDeleteTracking, scope.account_id, scope.region, found->id);
  writer.run(kDelete, found->id);
  return Done{};
}

std::vector<SenderAddress> list_addresses(storage::Reader& reader, const accounts::Scope& scope) {
  std::vector<SenderAddress> addresses;
  const auto rows = reader.query(kList, scope.account_id, scope.region);
  while (rows->next()) addresses.push_back(address_from(*rows));
  return addresses;
}

std::optional<SenderAddress> find_address(storage::Reader& reader, const accounts::Scope& scope,
                                          std::string_view address) {
  const auto rows = reader.query(kFind, scope.account_id, scope.region, mime::canonical_address(address));
  if (!rows->next()) return std::nullopt;
  return address_from(*rows);
}

Result<ResolvedSender> resolve_sender(storage::Reader& reader, const accounts::Scope& scope,
                                      std::string_view sender) {
  Result<mime::Mailbox> mailbox = mime::parse_mailbox(sender);
  if (!mailbox) {
    return Error(errors::kSenderMalformed)
        .with("value", std::string(sender))
        .because(std::string(mailbox.error().reason()));
  }
  std::optional<DomainRow> domain = find_domain_row(reader, scope, mime::domain_of(mailbox->address));
  if (!domain || !domain->verified) {
    std::string name(mime::domain_of(mailbox->address));
    return Error(domain ? errors::kSenderNotVerified : errors::kSenderDomainMissing)
        .with("value", std::move(mailbox->address))
        .with("domain", std::move(name));
  }
  const std::optional<SenderAddress> known = find_address(reader, scope, mailbox->address);
  if (!known) return Error(errors::kSenderUnknown).with("value", std::move(mailbox->address));
  if (mailbox->display_name.empty()) mailbox->display_name = known->alias;
  return ResolvedSender{std::move(*mailbox), domain->id, std::move(domain->name)};
}

}  // namespace sesame::senders
