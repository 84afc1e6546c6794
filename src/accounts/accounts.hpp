#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounts/credentials.hpp"
#include "accounts/secret_box.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "storage/database.hpp"

namespace sesame::accounts {

/// Accounts in the database. Plain functions for database jobs. The first one manages the others; none is
/// ever deleted, since everything that is stored belongs to one.

struct Account {
  std::int64_t id = 0;
  std::int64_t app_id = 0;  // Ten digits.
  std::string name;
  bool administers = false;
  std::int64_t created_ms = 0;
  std::uint64_t credentials = 0;  // How many it has; only of a list.
};

/// Creates an account with a random public number. "accounts.too_many" (facts "name", "limit").
Result<Account> create_account(storage::Writer& writer, Random& random, std::string name,
                               std::uint64_t accounts_max, std::int64_t now_ms);

/// "accounts.unknown" (fact "value").
Result<Account> find_account(storage::Reader& reader, std::int64_t app_id);

struct AccountPage {
  std::uint64_t total = 0;
  std::vector<Account> accounts;  // Oldest first.
};
AccountPage list_accounts(storage::Reader& reader, std::uint64_t offset, std::uint64_t limit);

struct FirstCredential {
  std::string secret_id;
  Secret secret_key;
  bool generated = false;  // False: the operator gave it, so it need not be shown.
};

/// On a database without accounts: creates the first account and its credential, `given` or generated.
/// Empty when there is an account already: `given` is then of no effect.
/// Errors: those of check_key_pair. Waits for the database: not from an event loop.
Result<std::optional<FirstCredential>> ensure_first_credential(storage::Database& database,
                                                               const SecretBox& box, Random& random,
                                                               std::int64_t now_ms,
                                                               std::optional<KeyPair> given);

}  // namespace sesame::accounts
