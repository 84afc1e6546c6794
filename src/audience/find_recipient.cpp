#include "audience/find_recipient.hpp"

#include <algorithm>
#include <vector>

#include "audience/block_rows.hpp"
#include "audience/installation.hpp"
#include "audience/recipient_key.hpp"
#include "audience/runs.hpp"
#include "base/ascii.hpp"

namespace sesame::audience {
namespace {

using Found = Result<std::optional<std::uint32_t>>;

/// Whether same_recipient() could say yes where letter by letter they differ.
bool is_plain(std::string_view address) {
  return ascii::is_ascii(address) && address.find('"') == std::string_view::npos;
}

bool is_recipient(const Block& block, std::uint32_t row, std::string_view address) {
  if (block.state(row) == kRowErased) return false;
  const std::string_view stored = block.address(row);
  if (stored.size() == address.size() && ascii::iequals(stored, address)) return true;
  return (!is_plain(stored) || !is_plain(address)) && same_recipient(stored, address);
}

Found find_in_run(storage::Reader& reader, const Run& run, std::uint64_t hash, std::string_view address,
                  std::uint64_t end) {
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
    if (is_recipient(*block, ordinal - block->first_ordinal(), address)) return std::optional(ordinal);
  }
  return std::optional<std::uint32_t>();
}

}  // namespace

Found find_recipient(storage::Reader& reader, std::int64_t group_id, std::string_view address,
                     std::uint64_t end) {
  const std::optional<std::uint64_t> seed = hash_seed(reader);
  std::uint64_t at = 0;
  if (seed) {
    std::string scratch;
    const std::uint64_t hash = hash_of_address(address, *seed, scratch);
    for (const Run& run : list_runs(reader, group_id)) {
      if (run.state != RunState::live) continue;
      at = std::max(at, run.end_ordinal());
      Found found = find_in_run(reader, run, hash, address, end);
      if (!found || *found) return found;
    }
  }
  while (at < end) {
    const Result<Block> block = load_block_of(reader, group_id, static_cast<std::uint32_t>(at));
    if (!block) return block.error();
    for (; at < end && at - block->first_ordinal() < block->size(); ++at) {
      const auto row = static_cast<std::uint32_t>(at - block->first_ordinal());
      if (is_recipient(*block, row, address)) return std::optional(static_cast<std::uint32_t>(at));
    }
  }
  return std::optional<std::uint32_t>();
}

}  // namespace sesame::audience
