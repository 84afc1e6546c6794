#include "audience/hard_bounces.hpp"

#include <algorithm>
#include <optional>

#include "audience/installation.hpp"
#include "audience/recipient_key.hpp"
#include "mime/address.hpp"

namespace sesame::audience {
namespace {

using storage::Sql;

constexpr Sql kFind{"audience.find_bounce",
                    "SELECT canonical, id, shared, account_id, bounced_ms FROM hard_bounce WHERE hash = ?1"};
constexpr Sql kInsert{
    "audience.insert_bounce",
    "INSERT INTO hard_bounce (account_id, region, hash, canonical, address, reply, bounced_ms, shared) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
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

// More than one per new bounce, so that expired entries never pile up.
constexpr std::int64_t kRemovedPerBounce = 2;

/// An entry of an address: at most one is shared by all accounts, and each account may have one of its own.
struct Entry {
  std::int64_t id = 0;
  bool shared = false;
  std::int64_t account_id = 0;
  std::int64_t bounced_ms = 0;

  bool heeded_by(const accounts::Scope& scope) const { return shared || account_id == scope.account_id; }
};

std::vector<Entry> entries_of(storage::Reader& reader, const std::string& canonical, std::uint64_t hash) {
  std::vector<Entry> entries;
  const auto rows = reader.query(kFind, hash);
  while (rows->next()) {
    const bool same_address = rows->next_text() == canonical;
    const Entry entry{.id = rows->next_integer(),
                      .shared = rows->next_flag(),
                      .account_id = rows->next_integer(),
                      .bounced_ms = rows->next_integer()};
    if (same_address) entries.push_back(entry);
  }
  return entries;
}

void record(storage::Writer& writer, const NewHardBounce& bounce, std::uint64_t seed, std::int64_t end_ms) {
  const std::string canonical = mime::canonical_address(bounce.address);
  const std::uint64_t hash = hash_of_key(canonical, seed);
  const accounts::Scope& scope = bounce.scope;
  std::optional<std::int64_t> known;
  for (const Entry& entry : entries_of(writer, canonical, hash)) {
    if (entry.shared && !bounce.shared && entry.bounced_ms > end_ms) return;
    if (entry.shared == bounce.shared && entry.heeded_by(scope)) known = entry.id;
    // The address is listed once: the shared entry wins.
    if (!entry.shared && bounce.shared && entry.heeded_by(scope)) writer.run(kDelete, entry.id);
  }
  if (known) {
    writer.run(kRenew, *known, scope.account_id, scope.region, bounce.address, bounce.reply,
               bounce.bounced_ms);
  } else {
    writer.run(kInsert, scope.account_id, scope.region, hash, canonical, bounce.address, bounce.reply,
               bounce.bounced_ms, bounce.shared ? 1 : 0);
  }
}

HardBounce read(storage::Rows& rows) {
  return {std::string(rows.next_text()), std::string(rows.next_text()), rows.next_integer()};
}

}  // namespace

void record_hard_bounces(storage::Writer& writer, std::span<const NewHardBounce> bounces,
                         const SuppressionRules& rules, std::int64_t now_ms) {
  const std::uint64_t seed = hash_seed(writer).value_or(0);
  const std::int64_t end_ms = rules.bounces_end_ms(now_ms);
  std::vector<std::uint64_t> changed;
  std::string scratch;
  for (const NewHardBounce& bounce : bounces) {
    record(writer, bounce, seed, end_ms);
    changed.push_back(change_key(bounce.address, scratch));
  }
  writer.publish(std::move(changed));
  writer.run(kDeleteOld, end_ms, kRemovedPerBounce * static_cast<std::int64_t>(bounces.size()));
}

HardBouncePage list_hard_bounces(storage::Reader& reader, const accounts::Scope& scope,
                                 const HardBounceFilter& filter, const SuppressionRules& rules,
                                 std::int64_t now_ms) {
  HardBouncePage page;
  const std::int64_t from_ms = std::max(filter.from_ms, rules.bounces_end_ms(now_ms) + 1);
  if (!filter.address.empty()) {
    const std::string canonical = mime::canonical_address(filter.address);
    const std::uint64_t hash = hash_of_key(canonical, hash_seed(reader).value_or(0));
    for (const Entry& entry : entries_of(reader, canonical, hash)) {
      if (!entry.heeded_by(scope) || page.total > 0) continue;
      const auto row = reader.query(kGet, entry.id, from_ms, filter.to_ms);
      if (!row->next()) continue;
      page.total = 1;
      if (filter.offset == 0 && filter.limit > 0) page.bounces.push_back(read(*row));
    }
    return page;
  }
  if (const auto count = reader.query(kCount, scope.account_id, scope.region, from_ms, filter.to_ms);
      count->next()) {
    page.total = count->next_integer<std::uint64_t>();
  }
  if (filter.offset >= page.total) return page;
  const auto rows =
      reader.query(kList, scope.account_id, scope.region, from_ms, filter.to_ms, filter.limit, filter.offset);
  while (rows->next()) page.bounces.push_back(read(*rows));
  return page;
}

void delete_hard_bounces(storage::Writer& writer, const accounts::Scope& scope,
                         std::span<const std::string> addresses) {
  const std::uint64_t seed = hash_seed(writer).value_or(0);
  for (const std::string& address : addresses) {
    const std::string canonical = mime::canonical_address(address);
    for (const Entry& entry : entries_of(writer, canonical, hash_of_key(canonical, seed))) {
      if (entry.heeded_by(scope)) writer.run(kDelete, entry.id);
    }
  }
}

}  // namespace sesame::audience
