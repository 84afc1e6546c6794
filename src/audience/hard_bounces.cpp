#include "audience/hard_bounces.hpp"

#include <algorithm>
#include <optional>

#include "audience/installation.hpp"
#include "audience/recipient_key.hpp"
#include "mime/address.hpp"

namespace sesame::audience {
namespace {

using storage::Sql;

constexpr Sql kFind{"audience.find_bounce", "SELECT id, canonical FROM hard_bounce WHERE hash = ?1"};
constexpr Sql kInsert{
    "audience.insert_bounce",
    "INSERT INTO hard_bounce (account_id, region, hash, canonical, address, reply, bounced_ms) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Sql kRenew{"audience.renew_bounce",
                     "UPDATE hard_bounce SET account_id = ?2, region = ?3, address = ?4, reply = ?5, "
                     "bounced_ms = ?6 WHERE id = ?1"};
constexpr Sql kDelete{"audience.delete_bounce", "DELETE FROM hard_bounce WHERE id = ?1"};
constexpr Sql kDeleteOld{"audience.delete_old_bounces",
                         "DELETE FROM hard_bounce WHERE id IN (SELECT id FROM hard_bounce WHERE "
                         "bounced_ms <= ?1 ORDER BY bounced_ms LIMIT ?2)"};
constexpr Sql kList{"audience.list_bounces",
                    "SELECT address, reply, bounced_ms FROM hard_bounce WHERE account_id = ?1 AND "
                    "region = ?2 AND bounced_ms >= ?3 AND bounced_ms < ?4 "
                    "ORDER BY bounced_ms DESC, id DESC LIMIT ?5 OFFSET ?6"};
constexpr Sql kCount{"audience.count_bounces",
                     "SELECT count(*) FROM hard_bounce WHERE account_id = ?1 AND region = ?2 AND "
                     "bounced_ms >= ?3 AND bounced_ms < ?4"};
constexpr Sql kGet{"audience.get_bounce",
                   "SELECT address, reply, bounced_ms FROM hard_bounce WHERE id = ?1 AND bounced_ms >= ?2 "
                   "AND bounced_ms < ?3"};

// More than come in on average, so that what no longer counts never piles up.
constexpr std::int64_t kRemovedPerBounce = 2;

std::optional<std::int64_t> find(storage::Reader& reader, const std::string& canonical, std::uint64_t hash) {
  const auto rows = reader.query(kFind, hash);
  while (rows->next()) {
    if (rows->text(1) == canonical) return rows->integer(0);
  }
  return std::nullopt;
}

HardBounce read(const storage::Rows& rows) {
  return {std::string(rows.text(0)), std::string(rows.text(1)), rows.integer(2)};
}

}  // namespace

void record_hard_bounces(storage::Writer& writer, std::span<const NewHardBounce> bounces,
                         const SuppressionRules& rules, std::int64_t now_ms) {
  const std::uint64_t seed = hash_seed(writer).value_or(0);
  for (const NewHardBounce& bounce : bounces) {
    const std::string canonical = mime::canonical_address(bounce.address);
    const std::uint64_t hash = hash_of_key(canonical, seed);
    const accounts::Scope& scope = bounce.scope;
    if (const auto known = find(writer, canonical, hash)) {
      writer.run(kRenew, *known, scope.account_id, scope.region, bounce.address, bounce.reply,
                 bounce.bounced_ms);
    } else {
      writer.run(kInsert, scope.account_id, scope.region, hash, canonical, bounce.address, bounce.reply,
                 bounce.bounced_ms);
    }
  }
  writer.run(kDeleteOld, rules.bounces_end_ms(now_ms),
             kRemovedPerBounce * static_cast<std::int64_t>(bounces.size()));
}

HardBouncePage list_hard_bounces(storage::Reader& reader, const accounts::Scope& scope,
                                 const HardBounceFilter& filter, const SuppressionRules& rules,
                                 std::int64_t now_ms) {
  HardBouncePage page;
  const std::int64_t from_ms = std::max(filter.from_ms, rules.bounces_end_ms(now_ms) + 1);
  if (!filter.address.empty()) {
    const std::string canonical = mime::canonical_address(filter.address);
    const auto id = find(reader, canonical, hash_of_key(canonical, hash_seed(reader).value_or(0)));
    if (!id) return page;
    const auto row = reader.query(kGet, *id, from_ms, filter.to_ms);
    if (!row->next()) return page;
    page.total = 1;
    if (filter.offset == 0 && filter.limit > 0) page.bounces.push_back(read(*row));
    return page;
  }
  if (const auto count = reader.query(kCount, scope.account_id, scope.region, from_ms, filter.to_ms);
      count->next()) {
    page.total = static_cast<std::uint64_t>(count->integer(0));
  }
  if (filter.offset >= page.total) return page;
  const auto rows =
      reader.query(kList, scope.account_id, scope.region, from_ms, filter.to_ms, filter.limit, filter.offset);
  while (rows->next()) page.bounces.push_back(read(*rows));
  return page;
}

void forget_hard_bounces(storage::Writer& writer, std::span<const std::string> addresses) {
  const std::uint64_t seed = hash_seed(writer).value_or(0);
  for (const std::string& address : addresses) {
    const std::string canonical = mime::canonical_address(address);
    if (const auto id = find(writer, canonical, hash_of_key(canonical, seed))) writer.run(kDelete, *id);
  }
}

}  // namespace sesame::audience
