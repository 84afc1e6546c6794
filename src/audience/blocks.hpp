#pragma once

#include <cstdint>
#include <vector>

#include "audience/block.hpp"
#include "storage/database.hpp"

/// The blocks of a group, as runs read them. Job: read.
///
/// Every recipient has an ordinal (from 0, in the order of acceptance) that never changes. A block's id and
/// first ordinal never change either; only the last merged block of a group may still gain rows at its end.
namespace sesame::audience {

struct BlockRef {
  std::int64_t id = 0;
  std::uint32_t first_ordinal = 0;
  std::uint32_t count = 0;
  std::uint32_t erased = 0;  // Removed recipients, among `count`.
};

/// The merged blocks from the one that contains `from_ordinal` on, in order, at most `limit`.
std::vector<BlockRef> list_blocks(storage::Reader& reader, std::int64_t group_id, std::uint32_t from_ordinal,
                                  std::size_t limit);

/// Errors: errors::kBlockMissing (the group was deleted meanwhile), errors::kBlockDamaged.
Result<Block> load_block(storage::Reader& reader, std::int64_t block_id);

}  // namespace sesame::audience
