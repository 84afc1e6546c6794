#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "accounts/credentials.hpp"
#include "accounts/secret_box.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/setting.hpp"
#include "storage/database.hpp"

namespace sesame::accounts {

/// Accounts in the database. The first one manages the others. Accounts are never deleted, since all stored
/// data belongs to one. Job: read for functions of a Reader, write for functions of a Writer.

struct Account {
  std::int64_t id = 0;
  std::int64_t app_id = 0;  // Ten digits.
  std::string name;
  bool administers = false;
  std::int64_t created_ms = 0;
  std::uint64_t credentials = 0;  // The number of its credentials; set by list_accounts only.
};

struct AccountOptions {
  std::uint64_t accounts_max = 1000;
  std::uint64_t credentials_max = 20;  // Per account, disabled credentials included.

  void visit(SettingVisitor& settings) {
    settings.number("limits.accounts", accounts_max, {1, 1'000'000}, "accounts of this server");
    settings.number("limits.credentials", credentials_max, {1, 1'000'000'000},
                    "credentials of an account, disabled ones included");
  }
};

/// Creates an account with a random public number. Error: errors::kTooMany.
Result<Account> create_account(storage::Writer& writer, Random& random, std::string name,
                               std::uint64_t accounts_max, std::int64_t now_ms);

/// Finds an account by its public number. Error: errors::kUnknown.
Result<Account> find_account(storage::Reader& reader, std::int64_t app_id);

/// The public number of an account; nullopt when there is no such account.
std::optional<std::int64_t> app_id_of(storage::Reader& reader, std::int64_t account_id);

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

/// Puts a credential where its owner finds it.
using KeepCredential = std::function<Status(const KeyPair&)>;

/// Creates the first account and its credential, `given` or generated, in a database without accounts.
/// nullopt when there is an account already; `given` is then ignored. `keep`, if any, gets a generated one
/// before it is stored, which its error prevents. Errors: those of check_key_pair and of `keep`. Waits for
/// the database: not on an event loop.
Result<std::optional<FirstCredential>> ensure_first_credential(storage::Database& database,
                                                               const SecretBox& box, Random& random,
                                                               std::int64_t now_ms,
                                                               std::optional<KeyPair> given,
                                                               const KeepCredential& keep = {});

/// Creates one more credential of the first account, with every permission and above any limit. Errors:
/// errors::kUnknown (no account yet). Waits for the database: not on an event loop.
Result<KeyPair> add_administrator_credential(storage::Database& database, const SecretBox& box,
                                             Random& random, std::int64_t now_ms);

}  // namespace sesame::accounts
