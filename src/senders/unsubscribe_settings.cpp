#include "senders/unsubscribe_settings.hpp"

#include "mime/address.hpp"
#include "senders/addresses.hpp"
#include "senders/errors.hpp"

namespace sesame::senders {
namespace {

using storage::Sql;

constexpr Sql kFind{"senders.find_unsubscribe", "SELECT 1 FROM sender_unsubscribe WHERE address_id = ?1"};
constexpr Sql kEnabled{"senders.enabled_unsubscribe",
                       "SELECT language FROM sender_unsubscribe WHERE address_id = ?1 AND enabled = 1"};
constexpr Sql kInsert{"senders.insert_unsubscribe",
                      "INSERT INTO sender_unsubscribe (account_id, region, address_id, language, enabled, "
                      "created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
constexpr Sql kUpdate{"senders.update_unsubscribe",
                      "UPDATE sender_unsubscribe SET language = ?2, enabled = ?3 WHERE address_id = ?1"};
constexpr Sql kDelete{"senders.delete_unsubscribe", "DELETE FROM sender_unsubscribe WHERE address_id = ?1"};
constexpr Sql kCount{"senders.count_unsubscribe",
                     "SELECT count(*) FROM sender_unsubscribe WHERE account_id = ?1 AND region = ?2"};
constexpr Sql kList{"senders.list_unsubscribe",
                    "SELECT a.address, u.language, u.enabled FROM sender_unsubscribe u "
                    "JOIN sender_address a ON a.id = u.address_id "
                    "WHERE u.account_id = ?1 AND u.region = ?2 ORDER BY u.id LIMIT ?3 OFFSET ?4"};

Error about(const ErrorName& name, std::string_view address) {
  return Error(name).with("value", std::string(address));
}

Result<std::int64_t> address_id(storage::Reader& reader, const accounts::Scope& scope,
                                std::string_view address) {
  if (mime::check_address(address) != mime::AddressFault::none)
    return about(errors::kAddressIllegal, address);
  const std::optional<SenderAddress> found = find_address(reader, scope, address);
  if (!found) return about(errors::kAddressMissing, address);
  return found->id;
}

}  // namespace

Status create_unsubscribe(storage::Writer& writer, const accounts::Scope& scope,
                          const UnsubscribeSetting& setting, std::int64_t now_ms) {
  const Result<std::int64_t> id = address_id(writer, scope, setting.address);
  if (!id) return id.error();
  if (writer.query(kFind, *id)->next()) return about(errors::kUnsubscribeExists, setting.address);
  writer.run(kInsert, scope.account_id, scope.region, *id, setting.language, setting.enabled, now_ms);
  return Done{};
}

Status update_unsubscribe(storage::Writer& writer, const accounts::Scope& scope,
                          const UnsubscribeSetting& setting) {
  const Result<std::int64_t> id = address_id(writer, scope, setting.address);
  if (!id) return id.error();
  if (writer.run(kUpdate, *id, setting.language, setting.enabled) == 0)
    return about(errors::kUnsubscribeMissing, setting.address);
  return Done{};
}

Status delete_unsubscribe(storage::Writer& writer, const accounts::Scope& scope, std::string_view address) {
  const Result<std::int64_t> id = address_id(writer, scope, address);
  if (!id) return id.error();
  if (writer.run(kDelete, *id) == 0) return about(errors::kUnsubscribeMissing, address);
  return Done{};
}

std::optional<std::string> enabled_unsubscribe(storage::Reader& reader, const accounts::Scope& scope,
                                               std::string_view address) {
  const std::optional<SenderAddress> sender = find_address(reader, scope, address);
  if (!sender) return std::nullopt;
  const auto row = reader.query(kEnabled, sender->id);
  if (!row->next()) return std::nullopt;
  return std::string(row->next_text());
}

UnsubscribePage list_unsubscribe(storage::Reader& reader, const accounts::Scope& scope, std::int64_t offset,
                                 std::int64_t limit) {
  UnsubscribePage page;
  const auto counted = reader.query(kCount, scope.account_id, scope.region);
  if (counted->next()) page.total = counted->next_integer();
  const auto rows = reader.query(kList, scope.account_id, scope.region, limit, offset);
  while (rows->next())
    page.settings.push_back(
        {std::string(rows->next_text()), std::string(rows->next_text()), rows->next_flag()});
  return page;
}

}  // namespace sesame::senders
