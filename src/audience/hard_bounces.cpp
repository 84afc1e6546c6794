#include "audience/hard_bounces.hpp"

#include <algorithm>
#include <optional>

#include "audience/installation.hpp"
#include "audience/recipient_key.hpp"
#include "mime/address.hpp"

namespace sesame::audience {
namespace {

using storage::Sql;

constexpr Sql kFind{
    "audience.find_bounce",
    "SELECT heard_by, address, reply, bounced_ms, simulated FROM hard_bounce WHERE hash = ?1 AND "
    "canonical = ?2"};
constexpr Sql kPut{
    "audience.put_bounce",
    "INSERT INTO hard_bounce (account_id, region, hash, canonical, address, reply, bounced_ms, heard_by, "
    "simulated) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (hash, canonical, heard_by) DO "
    "UPDATE "
    "SET region = excluded.region, address = excluded.address, reply = excluded.reply, "
    "bounced_ms = excluded.bounced_ms, simulated = excluded.simulated WHERE hard_bounce.simulated >= "
    "excluded.simulated OR hard_bounce.bounced_ms <= ?10"};
constexpr Sql kDelete{"audience.delete_bounce",
                      "DELETE FROM hard_bounce WHERE hash = ?1 AND canonical = ?2 AND heard_by = ?3"};
constexpr Sql kExempt{"audience.exempt_from_bounce",
                      "INSERT INTO hard_bounce_exemption (account_id, hash, canonical, until_ms) VALUES (?1, "
                      "?2, ?3, ?4) ON CONFLICT (account_id, hash, canonical) DO UPDATE SET until_ms = "
                      "excluded.until_ms"};
constexpr Sql kExempted{"audience.find_exemption",
                        "SELECT 1 FROM hard_bounce_exemption WHERE account_id = ?1 AND hash = ?2 AND "
                        "canonical = ?3 AND until_ms >= ?4"};
constexpr Sql kDeleteOldExemptions{"audience.delete_old_exemptions",
                                   "DELETE FROM hard_bounce_exemption WHERE until_ms <= ?1"};
constexpr Sql kDeleteOld{"audience.delete_old_bounces",
                         "DELETE FROM hard_bounce WHERE id IN (SELECT id FROM hard_bounce WHERE "
                         "bounced_ms <= ?1 ORDER BY bounced_ms LIMIT ?2)"};
constexpr Sql kList{"audience.list_bounces",
                    "SELECT address, reply, bounced_ms, simulated FROM hard_bounce WHERE account_id = ?1 AND "
                    "region = ?2 AND bounced_ms >= ?3 AND bounced_ms < ?4 AND simulated <= ?7 "
                    "ORDER BY bounced_ms DESC, id DESC LIMIT ?5 OFFSET ?6"};
constexpr Sql kCount{"audience.count_bounces",
                     "SELECT count(*) FROM hard_bounce WHERE account_id = ?1 AND region = ?2 AND "
                     "bounced_ms >= ?3 AND bounced_ms < ?4 AND simulated <= ?5"};
// More than the two entries of a new bounce, so that expired ones never pile up.
constexpr std::int64_t kRemovedPerBounce = 4;

/// An entry of an address: at most one is heeded by all accounts, and each account may have one of its own.
struct OwnedBounce {
  std::int64_t owner = kAllAccounts;
  HardBounce bounce;
};

std::vector<OwnedBounce> entries_of(storage::Reader& reader, const std::string& canonical,
                                    std::uint64_t hash) {
  std::vector<OwnedBounce> entries;
  const auto rows = reader.query(kFind, hash, canonical);
  while (rows->next()) {
    OwnedBounce& entry = entries.emplace_back();
    entry.owner = rows->next_integer();
    entry.bounce.address = rows->next_text();
    entry.bounce.reply = rows->next_text();
    entry.bounce.bounced_ms = rows->next_integer();
    entry.bounce.simulated = rows->next_flag();
  }
  return entries;
}

/// A new bounce with the key of its address.
struct KeyedBounce {
  const NewHardBounce* bounce;
  std::string canonical;
  std::uint64_t hash = 0;
};

/// The bounces in the order of their hashes: all jobs lock the rows in this order.
std::vector<KeyedBounce> keyed(std::span<const NewHardBounce> bounces, std::uint64_t seed) {
  std::vector<KeyedBounce> all;
  all.reserve(bounces.size());
  for (const NewHardBounce& bounce : bounces) {
    std::string canonical = mime::canonical_address(bounce.address);
    const std::uint64_t hash = hash_of_key(canonical, seed);
    all.push_back({&bounce, std::move(canonical), hash});
  }
  std::ranges::stable_sort(all, {},
                           [](const KeyedBounce& one) { return static_cast<std::int64_t>(one.hash); });
  return all;
}

/// An entry from `end_ms` or before counts no more, and gives way to any other.
void record(storage::Writer& writer, const KeyedBounce& one, std::int64_t end_ms) {
  const NewHardBounce& bounce = *one.bounce;
  const accounts::Scope& scope = bounce.scope;
  if (bounce.shared) {
    writer.run(kPut, kAllAccounts, std::string_view(), one.hash, one.canonical, one.canonical,
               std::string_view(), bounce.bounced_ms, kAllAccounts, false, end_ms);
  }
  writer.run(kPut, scope.account_id, scope.region, one.hash, one.canonical, bounce.address, bounce.reply,
             bounce.bounced_ms, scope.account_id, bounce.simulated, end_ms);
}

/// Finds the entry of an address as an account sees it: its own, or one without reply and time that others
/// caused. nullopt when none counts for it.
std::optional<HardBounce> seen_by(storage::Reader& reader, const accounts::Scope& scope,
                                  const HardBounceFilter& filter, const SuppressionRules& rules,
                                  std::int64_t end_ms) {
  const std::string canonical = mime::canonical_address(filter.address);
  const std::uint64_t hash = hash_of_key(canonical, hash_seed(reader).value_or(0));
  std::optional<HardBounce> own;
  std::int64_t shared_ms = end_ms;  // Where the entry for all accounts is from.
  for (OwnedBounce& entry : entries_of(reader, canonical, hash)) {
    if (entry.bounce.simulated && !rules.sandbox) continue;
    if (entry.owner == scope.account_id)
      own = std::move(entry.bounce);
    else if (entry.owner == kAllAccounts)
      shared_ms = entry.bounce.bounced_ms;
  }
  if (own && own->bounced_ms > end_ms && own->bounced_ms >= filter.from_ms && own->bounced_ms < filter.to_ms)
    return own;
  // It may be the same bounce as its own, which is not of these days. The days of the filter are not compared
  // with one of others: they would tell the time.
  if (shared_ms <= (own ? std::max(own->bounced_ms, end_ms) : end_ms)) return std::nullopt;
  if (is_exempt(reader, scope, canonical, hash, shared_ms)) return std::nullopt;
  return HardBounce{std::string(filter.address), {}, 0, false};
}

HardBounce read(storage::Rows& rows) {
  return {std::string(rows.next_text()), std::string(rows.next_text()), rows.next_integer(),
          rows.next_flag()};
}

}  // namespace

bool is_exempt(storage::Reader& reader, const accounts::Scope& scope, std::string_view canonical,
               std::uint64_t hash, std::int64_t bounced_ms) {
  return reader.query(kExempted, scope.account_id, hash, canonical, bounced_ms)->next();
}

void record_hard_bounces(storage::Writer& writer, std::span<const NewHardBounce> bounces,
                         const SuppressionRules& rules, std::int64_t now_ms) {
  const std::uint64_t seed = hash_seed(writer).value_or(0);
  const std::int64_t end_ms = rules.bounces_end_ms(now_ms);
  std::vector<std::uint64_t> changed;
  std::string scratch;
  for (const KeyedBounce& one : keyed(bounces, seed)) {
    record(writer, one, end_ms);
    changed.push_back(change_key(one.bounce->address, scratch));
  }
  writer.publish(std::move(changed));
  writer.run(kDeleteOld, end_ms, kRemovedPerBounce * static_cast<std::int64_t>(bounces.size()));
  writer.run(kDeleteOldExemptions, end_ms);
}

HardBouncePage list_hard_bounces(storage::Reader& reader, const accounts::Scope& scope,
                                 const HardBounceFilter& filter, const SuppressionRules& rules,
                                 std::int64_t now_ms) {
  HardBouncePage page;
  const std::int64_t end_ms = rules.bounces_end_ms(now_ms);
  if (!filter.address.empty()) {
    std::optional<HardBounce> seen = seen_by(reader, scope, filter, rules, end_ms);
    if (!seen) return page;
    page.total = 1;
    if (filter.offset == 0 && filter.limit > 0) page.bounces.push_back(std::move(*seen));
    return page;
  }
  const std::int64_t from_ms = std::max(filter.from_ms, end_ms + 1);
  if (const auto count =
          reader.query(kCount, scope.account_id, scope.region, from_ms, filter.to_ms, rules.sandbox);
      count->next()) {
    page.total = count->next_integer<std::uint64_t>();
  }
  if (filter.offset >= page.total) return page;
  const auto rows = reader.query(kList, scope.account_id, scope.region, from_ms, filter.to_ms, filter.limit,
                                 filter.offset, rules.sandbox);
  while (rows->next()) page.bounces.push_back(read(*rows));
  return page;
}

void delete_hard_bounces(storage::Writer& writer, const accounts::Scope& scope,
                         std::span<const std::string> addresses, std::int64_t now_ms) {
  const std::uint64_t seed = hash_seed(writer).value_or(0);
  for (const std::string& address : addresses) {
    const std::string canonical = mime::canonical_address(address);
    const std::uint64_t hash = hash_of_key(canonical, seed);
    for (const OwnedBounce& entry : entries_of(writer, canonical, hash)) {
      if (entry.owner == scope.account_id) writer.run(kDelete, hash, canonical, scope.account_id);
      if (entry.owner == kAllAccounts) {
        writer.run(kExempt, scope.account_id, hash, canonical, std::max(now_ms, entry.bounce.bounced_ms));
      }
    }
  }
}

}  // namespace sesame::audience
