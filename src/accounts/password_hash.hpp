#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

/// Passwords that are only ever compared, kept as argon2id hashes.
namespace sesame::accounts {

/// A salted hash that contains its own parameters (`$argon2id$...`). Takes tens of milliseconds and 19 MiB of
/// memory: call it on the blocking pool, never on an event loop or in a database job. Error:
/// errors::kHashFailed (no memory). Thread: any.
Result<std::string> hash_password(std::string_view password);

/// Whether the hash was made of that password; costs as much as hash_password. False for a text that is not
/// such a hash. Thread: any.
bool password_matches(const std::string& hash, std::string_view password);

}  // namespace sesame::accounts
