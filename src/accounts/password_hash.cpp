#include "accounts/password_hash.hpp"

#include <sodium.h>

#include "accounts/errors.hpp"

namespace sesame::accounts {
namespace {

// OWASP Password Storage: argon2id with 19 MiB and 2 passes. A login per SMTP connection must stay
// affordable.
constexpr std::size_t kMemoryBytes = 19 * 1024 * 1024;
constexpr unsigned long long kPasses = 2;

}  // namespace

Result<std::string> hash_password(std::string_view password) {
  // The salt is libsodium's own: nothing depends on it, so it need not be repeatable in a test.
  char hash[crypto_pwhash_STRBYTES] = {};
  if (sodium_init() < 0 || crypto_pwhash_str_alg(hash, password.data(), password.size(), kPasses,
                                                 kMemoryBytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Error(errors::kHashFailed);
  }
  return std::string(hash);
}

bool password_matches(const std::string& hash, std::string_view password) {
  if (sodium_init() < 0 || hash.size() >= crypto_pwhash_STRBYTES) return false;
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

}  // namespace sesame::accounts
