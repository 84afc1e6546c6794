#include "audience/unsubscribes.hpp"

#include <algorithm>
#include <utility>

#include "audience/installation.hpp"
#include "audience/recipient_key.hpp"
#include "mime/address.hpp"
#include "storage/sql_text.hpp"

namespace sesame::audience {
namespace {

using storage::Sql;
using storage::sql_join;
using storage::SqlText;

constexpr Sql kFind{
    "audience.find_unsubscribe",
    "SELECT canonical, id, reason, simulated FROM unsubscribe WHERE hash = ?1 AND account_id = ?2 AND "
    "region = ?3 AND sender_domain = ?4"};
constexpr Sql kInsert{
    "audience.insert_unsubscribe",
    "INSERT INTO unsubscribe (account_id, region, sender_domain, hash, canonical, address, reason, "
    "created_ms, simulated) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
constexpr Sql kComplained{
    "audience.complain",
    "UPDATE unsubscribe SET reason = ?3, created_ms = ?2 WHERE id = ?1 AND reason <> ?3"};
constexpr Sql kDelete{"audience.delete_unsubscribe", "DELETE FROM unsubscribe WHERE id = ?1"};
// An empty ?3 leaves that filter out.
constexpr SqlText kMatches{
    "FROM unsubscribe WHERE account_id = ?1 AND region = ?2 AND (?3 = '' OR sender_domain = ?3) "};
constexpr Sql kList{"audience.list_unsubscribes",
                    sql_join<"SELECT sender_domain, address, reason, created_ms, simulated ", kMatches,
                             "ORDER BY id DESC LIMIT ?4 OFFSET ?5">};
constexpr Sql kCount{"audience.count_unsubscribes", sql_join<"SELECT count(*) ", kMatches>};
constexpr Sql kOfAddress{
    "audience.unsubscribes_of",
    "SELECT canonical, sender_domain, address, reason, created_ms, simulated FROM unsubscribe WHERE hash = "
    "?1 AND "
    "account_id = ?2 AND region = ?3 AND (?4 = '' OR sender_domain = ?4) ORDER BY id DESC"};

struct Key {
  std::string canonical;
  std::uint64_t hash = 0;
};
Key key_of(storage::Reader& reader, std::string_view address) {
  Key key{mime::canonical_address(address), 0};
  key.hash = hash_of_key(key.canonical, hash_seed(reader).value_or(0));
  return key;
}

struct StoredUnsubscribe {
  std::int64_t id = 0;
  UnsubscribeReason reason = UnsubscribeReason::unsubscribed;
  bool simulated = false;
};
std::optional<StoredUnsubscribe> find(storage::Reader& reader, const accounts::Scope& scope,
                                      std::string_view domain, const Key& key) {
  const auto rows = reader.query(kFind, key.hash, scope.account_id, scope.region, domain);
  while (rows->next()) {
    const bool same_address = rows->next_text() == key.canonical;
    const StoredUnsubscribe found{.id = rows->next_integer(),
                                  .reason = rows->next_integer<UnsubscribeReason>(),
                                  .simulated = rows->next_flag()};
    if (same_address) return found;
  }
  return std::nullopt;
}

Unsubscribe read(storage::Rows& rows) {
  return {std::string(rows.next_text()), std::string(rows.next_text()),
          rows.next_integer<UnsubscribeReason>(), rows.next_integer(), rows.next_flag()};
}

/// An address is on at most one list per domain of the account.
UnsubscribeList list_of_address(storage::Reader& reader, const accounts::Scope& scope,
                                const UnsubscribeFilter& filter) {
  UnsubscribeList page;
  const Key key = key_of(reader, filter.address);
  const auto rows = reader.query(kOfAddress, key.hash, scope.account_id, scope.region, filter.sender_domain);
  while (rows->next()) {
    const bool same_address = rows->next_text() == key.canonical;
    Unsubscribe entry = read(*rows);
    if (!same_address) continue;
    const std::uint64_t at = page.total++;
    if (at >= filter.offset && page.entries.size() < filter.limit) page.entries.push_back(std::move(entry));
  }
  return page;
}

}  // namespace

bool add_unsubscribe(storage::Writer& writer, const NewUnsubscribe& entry) {
  const Key key = key_of(writer, entry.address);
  writer.publish({change_key_of_canonical(key.canonical)});
  const auto known = find(writer, entry.scope, entry.sender_domain, key);
  if (known && known->simulated && !entry.simulated) {
    writer.run(kDelete, known->id);
  } else if (known) {
    if (entry.reason == UnsubscribeReason::complained && entry.simulated == known->simulated)
      writer.run(kComplained, known->id, entry.created_ms, entry.reason);
    return false;
  }
  writer.run(kInsert, entry.scope.account_id, entry.scope.region, entry.sender_domain, key.hash,
             key.canonical, entry.address, entry.reason, entry.created_ms, entry.simulated);
  return true;
}

std::optional<UnsubscribeReason> find_unsubscribe(storage::Reader& reader, const accounts::Scope& scope,
                                                  std::string_view sender_domain, std::string_view address) {
  const auto found = find(reader, scope, sender_domain, key_of(reader, address));
  if (!found || found->simulated) return std::nullopt;
  return found->reason;
}

std::size_t remove_unsubscribes(storage::Writer& writer, const accounts::Scope& scope,
                                std::string_view sender_domain, std::span<const std::string> addresses) {
  std::size_t removed = 0;
  for (const std::string& address : addresses) {
    const auto known = find(writer, scope, sender_domain, key_of(writer, address));
    if (!known) continue;
    writer.run(kDelete, known->id);
    ++removed;
  }
  return removed;
}

UnsubscribeList list_unsubscribes(storage::Reader& reader, const accounts::Scope& scope,
                                  const UnsubscribeFilter& filter) {
  if (!filter.address.empty()) return list_of_address(reader, scope, filter);
  UnsubscribeList page;
  const auto count = reader.query(kCount, scope.account_id, scope.region, filter.sender_domain);
  if (count->next()) page.total = count->next_integer<std::uint64_t>();
  if (filter.offset >= page.total) return page;
  const auto rows =
      reader.query(kList, scope.account_id, scope.region, filter.sender_domain, filter.limit, filter.offset);
  while (rows->next()) page.entries.push_back(read(*rows));
  return page;
}

}  // namespace sesame::audience
