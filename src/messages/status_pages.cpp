#include "messages/status_pages.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

#include "mime/address.hpp"
#include "storage/sql_text.hpp"

namespace sesame::messages {
namespace {

using storage::Sql;
using storage::sql_join;
using storage::SqlText;

constexpr SqlText kOfDay{"FROM message_page WHERE account_id = ?1 AND region = ?2 AND request_day = ?3 "};
constexpr Sql kLast{
    "messages.last_status_page",
    sql_join<"SELECT id, number, first_row_id, rows, keys ", kOfDay, "ORDER BY number DESC LIMIT 1">};
constexpr Sql kFind{"messages.find_status_page",
                    sql_join<"SELECT first_row_id, rows ", kOfDay, "AND number = ?4">};
constexpr Sql kAll{"messages.all_status_pages",
                   sql_join<"SELECT keys, first_row_id, rows ", kOfDay, "ORDER BY number">};
constexpr Sql kInsert{
    "messages.insert_status_page",
    "INSERT INTO message_page (account_id, region, request_day, number, first_row_id, rows, keys) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Sql kUpdate{"messages.update_status_page",
                      "UPDATE message_page SET rows = ?2, keys = ?3 WHERE id = ?1"};

constexpr std::uint64_t kKeysPerRow = 2;  // The keys of the message and of the recipient.

std::uint64_t hash(std::string_view text, std::uint64_t kind) {
  return XXH3_64bits_withSeed(text.data(), text.size(), kind);
}

}  // namespace

std::uint64_t status_key_of_message(std::string_view message_id) { return hash(message_id, 1); }
std::uint64_t status_key_of_recipient(std::string_view canonical_address) {
  return hash(canonical_address, 2);
}

std::optional<StatusPage> find_status_page(storage::Reader& reader, const accounts::Scope& scope,
                                           std::int64_t day, std::uint64_t number) {
  const auto row = reader.query(kFind, scope.account_id, scope.region, day, number);
  if (!row->next()) return std::nullopt;
  return StatusPage{row->next_integer(), row->next_integer<std::uint64_t>()};
}

std::vector<StatusPage> find_status_pages(storage::Reader& reader, const accounts::Scope& scope,
                                          std::int64_t day, std::span<const std::uint64_t> keys) {
  std::vector<StatusPage> pages;
  const auto rows = reader.query(kAll, scope.account_id, scope.region, day);
  while (rows->next()) {
    const storage::Blob stored = rows->next_blob();
    const bool may_hold =
        std::ranges::all_of(keys, [&](std::uint64_t key) { return BloomFilter::may_contain(stored, key); });
    const StatusPage page{rows->next_integer(), rows->next_integer<std::uint64_t>()};
    if (may_hold) pages.push_back(page);
  }
  return pages;
}

void StatusPageWriter::add(const accounts::Scope& scope, std::int64_t day, std::int64_t row_id,
                           std::string_view message_id, std::string_view to_address) {
  const Place place(scope.account_id, scope.region, day);
  auto known = open_.find(place);
  if (known == open_.end()) known = open_.emplace(place, load(place)).first;
  Open& open = known->second;
  if (open.page.rows == kStatusPageRows) {
    save(place, open);
    open = Open{0, open.number + 1, {}, BloomFilter(kStatusPageRows * kKeysPerRow)};
  }
  if (open.page.rows == 0) open.page.first_row_id = row_id;
  ++open.page.rows;
  if (!open.keys) return;
  canonical_.clear();
  mime::append_canonical(canonical_, to_address);
  open.keys->add(status_key_of_message(message_id));
  open.keys->add(status_key_of_recipient(canonical_));
}

void StatusPageWriter::save() {
  for (auto& [place, open] : open_) save(place, open);
  open_.clear();
}

StatusPageWriter::Open StatusPageWriter::load(const Place& place) {
  const auto& [account_id, region, day] = place;
  const auto row = writer_.query(kLast, account_id, region, day);
  if (!row->next()) return Open{0, 0, {}, BloomFilter(kStatusPageRows * kKeysPerRow)};
  Open open{row->next_integer(),
            row->next_integer<std::uint64_t>(),
            {row->next_integer(), row->next_integer<std::uint64_t>()},
            std::nullopt};
  if (const storage::Blob keys = row->next_blob(); !keys.empty()) open.keys.emplace(keys);
  return open;
}

void StatusPageWriter::save(const Place& place, Open& open) {
  std::optional<storage::Blob> keys;
  if (open.keys) keys = open.keys->stored();
  if (open.id != 0) {
    writer_.run(kUpdate, open.id, open.page.rows, keys);
    return;
  }
  const auto& [account_id, region, day] = place;
  open.id = writer_.insert(kInsert, account_id, region, day, open.number, open.page.first_row_id,
                           open.page.rows, keys);
}

}  // namespace sesame::messages
