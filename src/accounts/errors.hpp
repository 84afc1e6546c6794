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
// The name of a user has other signs than it may. Facts: limit.
inline constexpr ErrorName kUserName{"accounts.user_name",
                                     Fault::input,
                                     {"A user's name has 1 to {limit} ASCII letters, digits and `. _ @ + -`.",
                                      "用户名只能包含 1 至 {limit} 个 ASCII 字母、数字及 `. _ @ + -`。"}};
// A chosen password is easy to guess, too short or too long. Facts: rule.
inline constexpr ErrorName kPasswordWeak{
    "accounts.password_weak",
    Fault::input,
    {"The password must be {rule}.", "密码不符合要求：至少 12 个字符，不超过 256 字节，且不易被猜到。"}};
// Another user has the name. Facts: value.
inline constexpr ErrorName kUserTaken{
    "accounts.user_taken",
    Fault::state,
    {"There is a user named `{value}` already.", "用户 `{value}` 已存在。"}};
// There is no such user. Facts: value.
inline constexpr ErrorName kUnknownUser{
    "accounts.unknown_user", Fault::state, {"There is no user `{value}`.", "用户 `{value}` 不存在。"}};
// The account has as many users as it may have. Facts: name, limit.
inline constexpr ErrorName kTooManyUsers{"accounts.too_many_users", Fault::state};
// Without the user nobody could manage owners any more.
inline constexpr ErrorName kLastOwner{"accounts.last_owner",
                                      Fault::state,
                                      {"The last enabled owner keeps this role. Make another owner first.",
                                       "至少须保留一个启用的所有者，请先添加另一个。"}};
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
