#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sesame::audience {

/// The hash of a comparison key (mime::append_canonical), keyed by the installation so that outsiders cannot
/// prepare addresses that collide. Pure. Thread: any.
std::uint64_t hash_of_key(std::string_view key, std::uint64_t seed);

/// The hash of an address's comparison key; `scratch` is overwritten with the key.
std::uint64_t hash_of_address(std::string_view address, std::uint64_t seed, std::string& scratch);

/// The key under which the suppression lists publish that an address was put on one of them
/// (storage::Writer::publish). `scratch` is overwritten.
std::uint64_t change_key(std::string_view address, std::string& scratch);
std::uint64_t change_key_of_canonical(std::string_view canonical);

/// Whether two addresses, faulty ones included, are the same recipient.
bool same_recipient(std::string_view one, std::string_view other);

}  // namespace sesame::audience
