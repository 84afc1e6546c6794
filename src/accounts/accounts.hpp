#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/keyring.hpp"
#include "accounts/secret_box.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "storage/database.hpp"

namespace sesame::accounts {

/// Accounts and their credentials in the database. Plain functions for database jobs; the secret keys are
/// stored sealed and leave this file opened only as Secret.

struct Account {
  std::int64_t id = 0;
  std::int64_t app_id = 0;  // Ten digits.
  std::int64_t created_ms = 0;
};

/// Creates an account with a random public number.
Account create_account(storage::Writer& writer, Random& random, std::int64_t now_ms);

/// "accounts.secret_id_taken" (fact "secret_id").
Status create_credential(storage::Writer& writer, const SecretBox& box, std::int64_t account_id,
                         std::string_view secret_id, const Secret& secret_key, std::int64_t now_ms);

/// Every credential, opened. "secrets.not_ours" when one does not open with this master key.
Result<std::vector<Credential>> load_credentials(storage::Reader& reader, const SecretBox& box);

/// A new pair: "AKID" and 32 letters or digits, and a key of 32.
struct KeyPair {
  std::string secret_id;
  Secret secret_key;
};
KeyPair generate_key_pair(Random& random);

struct FirstCredential {
  std::string secret_id;
  Secret secret_key;
  bool generated = false;  // False: the operator gave it, so it need not be shown.
};

/// On a database without accounts: creates the first account and its credential, `given` or generated.
/// Empty when there is an account already: `given` is then of no effect.
/// "accounts.bad_secret_id", "accounts.bad_secret_key": a given one is empty, too long or holds other than
/// printable ASCII without blanks, ',' and '/' (they would not survive an Authorization header). Waits for
/// the database: not from an event loop.
Result<std::optional<FirstCredential>> ensure_first_credential(storage::Database& database,
                                                               const SecretBox& box, Random& random,
                                                               std::int64_t now_ms,
                                                               std::optional<KeyPair> given);

/// Fills the keyring from the database. Waits for the database: not from an event loop.
Status load_keyring(storage::Database& database, const SecretBox& box, Keyring& keyring);

}  // namespace sesame::accounts
