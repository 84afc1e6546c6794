#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

/// Passwords that are only ever compared, kept as argon2id hashes.
namespace sesame::accounts {

/// A salted hash that tells its own parameters (`$argon2id$...`). Takes tens of milliseconds and 19 MiB of
/// memory: call it on the blocking pool, never on an event loop or in a database job. Safe from any thread.
/// Error: "accounts.hash_failed" (no memory).
Result<std::string> hash_password(std::string_view password);

/// Whether the hash was made of that password; costs as much as making it. Any other text is a no.
bool password_matches(const std::string& hash, std::string_view password);

}  // namespace sesame::accounts
