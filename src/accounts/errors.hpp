#pragma once

#include "base/error.hpp"

namespace sesame::accounts::errors {

// No account has the public number. Facts: value.
inline constexpr ErrorName kUnknown{"accounts.unknown", Fault::state};
// The installation has as many accounts as it may have. Facts: name, limit.
inline constexpr ErrorName kTooMany{"accounts.too_many", Fault::state};
// The account has no such credential. Facts: value.
inline constexpr ErrorName kUnknownCredential{"accounts.unknown_credential", Fault::state};
// The account has as many credentials as it may have, disabled ones included. Facts: name, limit.
inline constexpr ErrorName kTooManyCredentials{"accounts.too_many_credentials", Fault::state};
// Without the credential nobody could manage accounts and credentials any more. Facts: rule.
inline constexpr ErrorName kLastAdministrator{"accounts.last_administrator", Fault::state};
// An enabled credential is to be deleted. Facts: value.
inline constexpr ErrorName kCredentialEnabled{
    "accounts.credential_enabled",
    Fault::state,
    {"The credential `{value}` is enabled. Disable it first: whatever still uses it will show.",
     "密钥 `{value}` 尚在启用，请先用 DisableCredential 禁用。"}};
// Another credential has the id. Facts: secret_id.
inline constexpr ErrorName kSecretIdTaken{"accounts.secret_id_taken", Fault::state};
// A given SecretId would not survive an Authorization header.
inline constexpr ErrorName kBadSecretId{
    "accounts.bad_secret_id",
    Fault::input,
    {"SESAME_SECRET_ID must be printable ASCII without blanks, `,` and `/`, not empty and not too long"}};
// A given SecretKey would not survive an Authorization header.
inline constexpr ErrorName kBadSecretKey{
    "accounts.bad_secret_key",
    Fault::input,
    {"SESAME_SECRET_KEY must be 16 to 256 characters of printable ASCII without blanks, `,` and `/`"}};
// A stored text of permissions cannot be read.
inline constexpr ErrorName kPermissionsUnknown{"accounts.permissions_unknown", Fault::internal};
// A session token was not made by this server for this id, or the credential that asked for it is gone.
inline constexpr ErrorName kTokenWrong{"accounts.token_wrong", Fault::input};
// A session token is past its last second. Facts: value (when, in Unix seconds).
inline constexpr ErrorName kTokenExpired{
    "accounts.token_expired",
    Fault::input,
    {"The session token has expired{? (at `{value}`)}. Ask for a new one with CreateSessionToken.",
     "临时凭证的 Token 已过期{?（`{value}`）}，请用 CreateSessionToken 重新获取。"}};
// There is no memory to hash a password.
inline constexpr ErrorName kHashFailed{"accounts.hash_failed", Fault::internal};
// The file of the master key cannot be read or created, or others may read it. Facts: file.
inline constexpr ErrorName kKeyUnreadable{
    "secrets.key_unreadable",
    Fault::internal,
    {"the master key {file} cannot be read or written by this user, or others than its owner may read it; "
     "give the file to the user that runs Sesame, with mode 600"}};
// The file of the master key has another size than a key. Facts: file.
inline constexpr ErrorName kKeyDamaged{
    "secrets.key_damaged",
    Fault::internal,
    {"the master key {file} is damaged: it must have 32 bytes; put the file back from your backup"}};
// A database exists, and the master key that its secrets are sealed with does not. Facts: file, database.
inline constexpr ErrorName kKeyMissing{
    "secrets.key_missing",
    Fault::internal,
    {"the database {database} exists, but its master key {file} does not, and nothing else opens the secrets "
     "in it; put the file back from your backup, or start anew with another data folder (--data-dir)"}};
// Sealed bytes were cut short, altered, or sealed with another key or for another context.
inline constexpr ErrorName kNotOurs{"secrets.not_ours",
                                    Fault::internal,
                                    {"the secrets in the database were sealed with another master key; "
                                     "restore the master.key that belongs to this "
                                     "database (both are in a backup of the data folder)"}};

}  // namespace sesame::accounts::errors
