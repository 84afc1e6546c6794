#include "audience/find_recipient.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "audience/block_rows.hpp"
#include "audience/installation.hpp"
#include "audience/recipient_key.hpp"
#include "audience/runs.hpp"
#include "base/ascii.hpp"
#include "mime/address.hpp"

namespace sesame::audience {
namespace {

using OrdinalResult = Result<std::optional<std::uint32_t>>;

/// Whether equal recipients among such addresses are equal byte by byte, but for the case.
bool is_plain(std::string_view text) {
  return text.find('"') == std::string_view::npos && ascii::is_ascii(text);
}

/// The row of a block at or behind `from`, below `end`, that has the address; `end` when no row has it.
std::uint32_t find_in_block(const Block& block, std::string_view address, std::uint32_t from,
                            std::uint32_t end) {
  const bool plain = is_plain(address) && is_plain(block.addresses());
  const std::string wanted = mime::canonical_address(address);
  std::string key;
  const auto has = [&](std::uint32_t row) {
    const std::string_view stored = block.address(row);
    if (plain) return stored.size() == address.size() && ascii::iequals(stored, address);
    key.clear();
    mime::append_canonical(key, stored);
    return key == wanted;
  };
  for (std::uint32_t row = from; row < end; ++row) {
    if (has(row) && block.state(row) != kRowErased) return row;
  }
  return end;
}

OrdinalResult find_in_run(storage::Reader& reader, const HashRun& run, std::uint64_t hash,
                          std::string_view address, std::uint64_t end) {
  std::vector<Entry> entries;
  const ShortHash wanted = short_hash(hash);
  const std::uint32_t chunk = chunk_of(wanted, run.chunks);
  read_chunks(reader, run, chunk, chunk + 1, entries);
  for (auto at = std::ranges::lower_bound(entries, wanted, {}, hash_of); at != entries.end(); ++at) {
    if (hash_of(*at) != wanted) break;
    const std::uint32_t ordinal = run.first_ordinal + relative_of(*at);
    if (ordinal >= end) continue;
    const Result<Block> block = load_block_of(reader, run.group_id, ordinal);
    if (!block) return block.error();
    const std::uint32_t row = ordinal - block->first_ordinal();
    if (find_in_block(*block, address, row, row + 1) == row) return std::optional(ordinal);
  }
  return std::optional<std::uint32_t>();
}

}  // namespace

OrdinalResult find_recipient(storage::Reader& reader, std::int64_t group_id, std::string_view address,
                             std::uint64_t end) {
  const std::optional<std::uint64_t> seed = hash_seed(reader);
  std::uint64_t at = 0;
  if (seed) {
    std::string scratch;
    const std::uint64_t hash = hash_of_address(address, *seed, scratch);
    for (const HashRun& run : list_runs(reader, group_id)) {
      if (run.state != RunState::live) continue;
      at = std::max(at, run.end_ordinal());
      OrdinalResult found = find_in_run(reader, run, hash, address, end);
      if (!found || *found) return found;
    }
  }
  while (at < end) {
    const Result<Block> block = load_block_of(reader, group_id, static_cast<std::uint32_t>(at));
    if (!block) return block.error();
    const std::uint64_t first = block->first_ordinal();
    const auto rows = static_cast<std::uint32_t>(std::min<std::uint64_t>(block->size(), end - first));
    const std::uint32_t row = find_in_block(*block, address, static_cast<std::uint32_t>(at - first), rows);
    if (row < rows) return std::optional(static_cast<std::uint32_t>(first + row));
    at = first + rows;
  }
  return std::optional<std::uint32_t>();
}

}  // namespace sesame::audience
