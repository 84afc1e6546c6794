#pragma once

#include <cstdint>
#include <optional>

#include "base/random.hpp"
#include "storage/database.hpp"

/// Random values that the installation draws once and keeps for good.
namespace sesame::audience {

/// The key of the hashes of addresses (hash_of_key); nullopt before make_hash_seed(). Job: read.
std::optional<std::uint64_t> hash_seed(storage::Reader& reader);
/// The key of the hashes of addresses, drawn by the first call. Job: write.
std::uint64_t make_hash_seed(storage::Writer& writer, Random& random);

}  // namespace sesame::audience
