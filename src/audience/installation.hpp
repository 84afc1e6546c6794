#pragma once

#include <cstdint>
#include <optional>

#include "base/random.hpp"
#include "storage/database.hpp"

/// What the installation drew once and keeps for ever. For the inside of database jobs.
namespace sesame::audience {

/// The key of the hashes of addresses (hash_of_key); nothing before make_hash_seed().
std::optional<std::uint64_t> hash_seed(storage::Reader& reader);
/// The same, drawn when there is none.
std::uint64_t make_hash_seed(storage::Writer& writer, Random& random);

}  // namespace sesame::audience
