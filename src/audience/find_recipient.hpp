#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "storage/database.hpp"

namespace sesame::audience {

/// The ordinal, below `end`, of the recipient of a group who has this address (compared by
/// mime::canonical_address). Reads a piece of each run of the duplicate index and the blocks behind the last
/// run, for a group of any size. Job: read. Errors: errors::kBlockMissing, errors::kBlockDamaged.
Result<std::optional<std::uint32_t>> find_recipient(storage::Reader& reader, std::int64_t group_id,
                                                    std::string_view address, std::uint64_t end);

}  // namespace sesame::audience
