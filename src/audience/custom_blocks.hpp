#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "base/setting.hpp"
#include "storage/database.hpp"

/// An account's own suppression list, one in each region. An entry counts until the end of its last day,
/// Beijing time, or for ever; afterwards it stays in the list as expired. Addresses are compared by
/// mime::canonical_address. Job: read for functions of a Reader, write for functions of a Writer.
namespace sesame::audience {

struct CustomBlockOptions {
  std::uint64_t blocks_max = 1'000'000;  // Entries of an account and region, expired ones included.

  void visit(SettingVisitor& settings) {
    settings.number("limits.custom_blocks", blocks_max, {1, 1'000'000'000},
                    "addresses on the block list of an account in a region, expired ones included");
  }
};

/// total = valid + too_long + repeat + invalid.
struct BlockCounts {
  std::uint64_t total = 0, valid = 0, too_long = 0, repeat = 0, invalid = 0;
};
/// Adds addresses; `last_day` is counted as beijing_day() counts, nullopt: for ever. An address that is on
/// the list already counts as a repeat, and the later last day holds. An address whose entry has expired
/// counts as new and gets a new row. Errors: errors::kBlockExpired (the day is over),
/// errors::kTooManyBlocks.
Result<BlockCounts> add_custom_blocks(storage::Writer& writer, const accounts::Scope& scope,
                                      std::span<const std::string> addresses,
                                      std::optional<std::int64_t> last_day, std::int64_t now_ms,
                                      std::uint64_t max = CustomBlockOptions{}.blocks_max);

struct CustomBlock {
  std::int64_t id = 0;
  std::string address;
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> last_day;
  bool active = true;
};
struct CustomBlockFilter {
  std::optional<bool> active;
  std::string_view address;  // Only this address; empty: all.
  std::uint64_t offset = 0;
  std::uint64_t limit = 100;
};
struct CustomBlockPage {
  std::uint64_t total = 0;          // All entries that match, on any page.
  std::vector<CustomBlock> blocks;  // The newest first.
};
CustomBlockPage list_custom_blocks(storage::Reader& reader, const accounts::Scope& scope,
                                   const CustomBlockFilter& filter, std::int64_t now_ms);

/// Replaces the address and the last day of an entry. Errors: errors::kBlockAddress (value, rule: malformed),
/// errors::kBlockExpired (the day is over), errors::kCustomBlockMissing (value: no entry has the id),
/// errors::kBlockRepeated (value: another entry has the address).
Status change_custom_block(storage::Writer& writer, const accounts::Scope& scope, std::int64_t id,
                           std::string_view address, std::optional<std::int64_t> last_day,
                           std::int64_t now_ms);

/// Removes entries by address; addresses that are not in the list are ignored.
void remove_custom_blocks(storage::Writer& writer, const accounts::Scope& scope,
                          std::span<const std::string> addresses);

}  // namespace sesame::audience
