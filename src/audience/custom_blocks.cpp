#include "audience/custom_blocks.hpp"

#include "audience/errors.hpp"
#include "audience/installation.hpp"
#include "audience/recipient_key.hpp"
#include "base/beijing_time.hpp"
#include "base/id_text.hpp"
#include "mime/address.hpp"
#include "storage/sql_text.hpp"

namespace sesame::audience {
namespace {

using storage::Sql;
using storage::sql_join;
using storage::SqlText;

constexpr SqlText kColumns{"SELECT id, address, created_ms, last_day FROM custom_block "};
// The scope is compared in code: with the scope in the condition SQLite would use its index and read the
// whole list.
constexpr Sql kFind{"audience.find_custom_block",
                    "SELECT account_id, region, canonical, id, address, created_ms, last_day "
                    "FROM custom_block WHERE hash = ?1"};
constexpr Sql kExists{"audience.custom_block_exists",
                      "SELECT 1 FROM custom_block WHERE id = ?1 AND account_id = ?2 AND region = ?3"};
// ?3: today; ?4: 0 expired, 1 active, 2 all (SES: ListCustomBlacklist.Status).
constexpr SqlText kMatches{
    "WHERE account_id = ?1 AND region = ?2 AND "
    "(?4 = 2 OR CASE WHEN last_day IS NULL OR last_day >= ?3 THEN 1 ELSE 0 END = ?4) "};
constexpr Sql kList{"audience.list_custom_blocks",
                    sql_join<kColumns, kMatches, "ORDER BY id DESC LIMIT ?5 OFFSET ?6">};
constexpr Sql kCount{"audience.count_custom_blocks",
                     sql_join<"SELECT count(*) FROM custom_block ", kMatches>};
constexpr Sql kInsert{"audience.insert_custom_block",
                      "INSERT INTO custom_block (account_id, region, hash, canonical, address, created_ms, "
                      "last_day) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Sql kChange{
    "audience.change_custom_block",
    "UPDATE custom_block SET hash = ?2, canonical = ?3, address = ?4, last_day = ?5 WHERE id = ?1"};
constexpr Sql kProlong{"audience.prolong_custom_block",
                       "UPDATE custom_block SET last_day = ?2 WHERE id = ?1"};
constexpr Sql kDelete{"audience.delete_custom_block", "DELETE FROM custom_block WHERE id = ?1"};
constexpr Sql kReadLength{"audience.read_custom_block_count",
                          "SELECT addresses FROM custom_block_count WHERE account_id = ?1 AND region = ?2"};
constexpr Sql kAddLength{"audience.add_custom_block_count",
                         "INSERT INTO custom_block_count (account_id, region, addresses) VALUES (?1, ?2, ?3) "
                         "ON CONFLICT (account_id, region) DO UPDATE SET addresses = "
                         "custom_block_count.addresses + excluded.addresses"};

bool is_active(const std::optional<std::int64_t>& last_day, std::int64_t now_ms) {
  return !last_day || *last_day >= beijing_day(now_ms);
}

CustomBlock read(storage::Rows& rows, std::int64_t now_ms) {
  CustomBlock block{.id = rows.next_integer(),
                    .address = std::string(rows.next_text()),
                    .created_ms = rows.next_integer(),
                    .last_day = rows.next_optional_integer()};
  block.active = is_active(block.last_day, now_ms);
  return block;
}

struct Key {
  std::string canonical;
  std::uint64_t hash = 0;
};
Key key_of(std::string_view address, std::uint64_t seed) {
  Key key{mime::canonical_address(address), 0};
  key.hash = hash_of_key(key.canonical, seed);
  return key;
}

std::optional<CustomBlock> find(storage::Reader& reader, const accounts::Scope& scope, const Key& key,
                                std::int64_t now_ms) {
  const auto rows = reader.query(kFind, key.hash);
  while (rows->next()) {
    const bool of_account = rows->next_integer() == scope.account_id;
    const bool of_region = rows->next_text() == scope.region;
    const bool same_address = rows->next_text() == key.canonical;
    CustomBlock block = read(*rows, now_ms);
    if (of_account && of_region && same_address) return block;
  }
  return std::nullopt;
}

std::uint64_t length(storage::Reader& reader, const accounts::Scope& scope) {
  const auto row = reader.query(kReadLength, scope.account_id, scope.region);
  return row->next() ? row->next_integer<std::uint64_t>() : 0;
}

Status check_day(const std::optional<std::int64_t>& last_day, std::int64_t now_ms) {
  if (!is_active(last_day, now_ms)) {
    return Error(errors::kBlockExpired)
        .with("name", "ExpireDate")
        .with("value", format_beijing_date(beijing_day_start_ms(*last_day)));
  }
  return Done{};
}

}  // namespace

Result<BlockCounts> add_custom_blocks(storage::Writer& writer, const accounts::Scope& scope,
                                      std::span<const std::string> addresses,
                                      std::optional<std::int64_t> last_day, std::int64_t now_ms,
                                      std::uint64_t max) {
  if (Status day = check_day(last_day, now_ms); !day) return std::move(day).error();
  const std::uint64_t seed = hash_seed(writer).value_or(0);
  BlockCounts counts{.total = addresses.size()};
  std::int64_t grown = 0;
  std::vector<std::uint64_t> changed;
  for (const std::string& address : addresses) {
    const mime::AddressFault fault = mime::check_address(address);
    if (fault == mime::AddressFault::too_long) {
      ++counts.too_long;
      continue;
    }
    if (fault != mime::AddressFault::none) {
      ++counts.invalid;
      continue;
    }
    const Key key = key_of(address, seed);
    const std::optional<CustomBlock> known = find(writer, scope, key, now_ms);
    if (known && known->active) {
      ++counts.repeat;
      const bool longer = known->last_day && (!last_day || *last_day > *known->last_day);
      if (longer) writer.run(kProlong, known->id, last_day);
      continue;
    }
    if (known) {
      writer.run(kDelete, known->id);
      --grown;
    }
    writer.run(kInsert, scope.account_id, scope.region, key.hash, key.canonical, address, now_ms, last_day);
    ++grown;
    ++counts.valid;
    changed.push_back(change_key_of_canonical(key.canonical));
  }
  if (grown > 0 && length(writer, scope) + static_cast<std::uint64_t>(grown) > max) {
    return Error(errors::kTooManyBlocks).with("name", "Emails").with("limit", std::to_string(max));
  }
  writer.run(kAddLength, scope.account_id, scope.region, grown);
  writer.publish(std::move(changed));
  return counts;
}

CustomBlockPage list_custom_blocks(storage::Reader& reader, const accounts::Scope& scope,
                                   const CustomBlockFilter& filter, std::int64_t now_ms) {
  CustomBlockPage page;
  if (!filter.address.empty()) {
    const Key key = key_of(filter.address, hash_seed(reader).value_or(0));
    std::optional<CustomBlock> found = find(reader, scope, key, now_ms);
    if (!found || (filter.active && *filter.active != found->active)) return page;
    page.total = 1;
    if (filter.offset == 0 && filter.limit > 0) page.blocks.push_back(std::move(*found));
    return page;
  }
  const int status = filter.active ? int{*filter.active} : 2;
  const std::int64_t today = beijing_day(now_ms);
  if (const auto count = reader.query(kCount, scope.account_id, scope.region, today, status); count->next()) {
    page.total = count->next_integer<std::uint64_t>();
  }
  if (filter.offset >= page.total) return page;
  const auto rows =
      reader.query(kList, scope.account_id, scope.region, today, status, filter.limit, filter.offset);
  while (rows->next()) page.blocks.push_back(read(*rows, now_ms));
  return page;
}

Status change_custom_block(storage::Writer& writer, const accounts::Scope& scope, std::int64_t id,
                           std::string_view address, std::optional<std::int64_t> last_day,
                           std::int64_t now_ms) {
  if (const mime::AddressFault fault = mime::check_address(address); fault != mime::AddressFault::none) {
    return Error(errors::kBlockAddress)
        .with("name", "Email")
        .with("value", std::string(address))
        .with("rule", mime::explain(fault, address));
  }
  if (Status day = check_day(last_day, now_ms); !day) return day;
  if (!writer.query(kExists, id, scope.account_id, scope.region)->next()) {
    return Error(errors::kCustomBlockMissing).with("name", "Id").with("value", id_text(id));
  }
  const Key key = key_of(address, hash_seed(writer).value_or(0));
  if (const auto other = find(writer, scope, key, now_ms); other && other->id != id) {
    return Error(errors::kBlockRepeated).with("name", "Email").with("value", std::string(address));
  }
  writer.run(kChange, id, key.hash, key.canonical, address, last_day);
  writer.publish({change_key_of_canonical(key.canonical)});
  return Done{};
}

void remove_custom_blocks(storage::Writer& writer, const accounts::Scope& scope,
                          std::span<const std::string> addresses) {
  const std::uint64_t seed = hash_seed(writer).value_or(0);
  std::int64_t removed = 0;
  for (const std::string& address : addresses) {
    const auto known = find(writer, scope, key_of(address, seed), 0);
    if (known) removed += writer.run(kDelete, known->id);
  }
  if (removed > 0) writer.run(kAddLength, scope.account_id, scope.region, -removed);
}

}  // namespace sesame::audience
