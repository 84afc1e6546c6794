#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/keyring.hpp"
#include "accounts/permissions.hpp"
#include "accounts/secret_box.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "storage/database.hpp"

namespace sesame::accounts {

/// The credentials in the database. The secret keys are stored sealed and leave this file opened only as
/// Secret. Job: read for functions of a Reader, write for functions of a Writer.

/// A secret id and its key; a generated pair has "AKID" and 32 letters or digits, and a key of 32.
struct KeyPair {
  std::string secret_id;
  Secret secret_key;
};
KeyPair generate_key_pair(Random& random);
/// A text of `length` letters and digits, all equally likely.
std::string random_alphanumeric(Random& random, std::size_t length);

/// Checks both texts. Errors: errors::kBadSecretId, errors::kBadSecretKey: empty, too long, or other than
/// printable ASCII without blanks, ',' and '/' (which would break an Authorization header).
Status check_key_pair(const KeyPair& pair);

struct NewCredential {
  std::int64_t account_id = 0;
  KeyPair pair;
  std::string name;  // A label for people; may be empty.
  Permissions permissions;
};
/// Adds a credential. Errors: errors::kSecretIdTaken; errors::kTooManyCredentials: the account has
/// `credentials_max` already, disabled ones included.
Status create_credential(storage::Writer& writer, const SecretBox& box, const NewCredential& credential,
                         std::uint64_t credentials_max, std::int64_t now_ms);

/// A credential without its key, to be shown.
struct CredentialRow {
  std::string secret_id;
  std::string name;
  Permissions permissions;
  bool enabled = true;
  std::int64_t created_ms = 0;
};
struct CredentialPage {
  std::uint64_t total = 0;
  std::vector<CredentialRow> rows;  // Oldest first.
};
Result<CredentialPage> list_credentials(storage::Reader& reader, std::int64_t account_id,
                                        std::uint64_t offset, std::uint64_t limit);

/// Enables or disables a credential. Errors: errors::kUnknownCredential: the account has no such credential;
/// errors::kLastAdministrator: the last credential that can manage accounts and credentials stays enabled.
Status set_credential_enabled(storage::Writer& writer, std::int64_t account_id, std::string_view secret_id,
                              bool enabled);
/// Deletes a disabled credential. Errors: errors::kUnknownCredential; errors::kCredentialEnabled: disabling
/// it first reveals the programs that still use it.
Status delete_credential(storage::Writer& writer, std::int64_t account_id, std::string_view secret_id);

/// One credential, opened. Errors: errors::kUnknownCredential, errors::kNotOurs.
Result<Credential> load_credential(storage::Reader& reader, const SecretBox& box, std::string_view secret_id);
/// Every credential, opened. Error: errors::kNotOurs when one does not open with this master key.
Result<std::vector<Credential>> load_credentials(storage::Reader& reader, const SecretBox& box);

/// Fills the keyring from the database. Waits for the database: not on an event loop.
Status load_keyring(storage::Database& database, const SecretBox& box, Keyring& keyring);

}  // namespace sesame::accounts
