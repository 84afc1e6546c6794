#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "audience/block.hpp"
#include "storage/database.hpp"

/// The rows of blocks in the database, merged or not, as accepting and merging see them. Job: read for
/// functions of a Reader, write for functions of a Writer.
namespace sesame::audience {

/// A block's row without its bytes.
struct BlockRow {
  std::int64_t id = 0;
  std::uint32_t first_ordinal = 0;
  std::uint32_t count = 0;
  std::uint32_t invalid = 0;  // Faulty addresses.
  std::uint32_t erased = 0;
  std::uint32_t raw_bytes = 0;
  std::int64_t first_created_ms = 0;
  std::int64_t last_created_ms = 0;

  std::uint64_t end_ordinal() const { return std::uint64_t{first_ordinal} + count; }
};

void insert_block(storage::Writer& writer, std::int64_t group_id, std::uint32_t first_ordinal,
                  const EncodedBlock& block);
/// Replaces the content of a block by one with as many rows or more.
void replace_block(storage::Writer& writer, std::int64_t block_id, const EncodedBlock& block);
/// Removes the blocks of a group that start in [from, to).
void delete_blocks_between(storage::Writer& writer, std::int64_t group_id, std::uint64_t from,
                           std::uint64_t to);
/// Removes at most `limit` blocks of a group and returns their number.
std::int64_t delete_blocks_of(storage::Writer& writer, std::int64_t group_id, std::int64_t limit);

/// The blocks of a group from the one that contains `ordinal` on, in order, at most `limit`.
std::vector<BlockRow> block_rows_from(storage::Reader& reader, std::int64_t group_id, std::uint64_t ordinal,
                                      std::int64_t limit);
/// Decodes the blocks that start in [from, to). Error: errors::kBlockDamaged.
Result<std::vector<Block>> load_blocks_between(storage::Reader& reader, std::int64_t group_id,
                                               std::uint64_t from, std::uint64_t to);
/// The block that contains an ordinal. Errors: errors::kBlockMissing, errors::kBlockDamaged.
Result<Block> load_block_of(storage::Reader& reader, std::int64_t group_id, std::uint32_t ordinal);

}  // namespace sesame::audience
