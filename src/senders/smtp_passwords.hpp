#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// The password with which a sender address logs in to send by SMTP. Only its hash is stored. Hashing and
/// comparing (accounts/password_hash.hpp) happen outside of database jobs. Job: read for functions of a
/// Reader, write for functions of a Writer.
namespace sesame::senders {

/// SES: UpdateEmailSmtpPassWord.Password: 10 to 20 characters, among them two different digits, two different
/// lower-case and two different upper-case letters. Pure. Thread: any.
/// Error: errors::kPasswordWeak (no facts: a password is never shown).
Status check_smtp_password(std::string_view password);

/// The hash of the address's password; empty while it has no password. Error: errors::kAddressMissing.
Result<std::string> smtp_hash(storage::Reader& reader, const accounts::Scope& scope,
                              std::string_view address);

/// Stores the hash of a password. Error: errors::kAddressMissing.
Status set_smtp_hash(storage::Writer& writer, const accounts::Scope& scope, std::string_view address,
                     std::string_view hash);

/// A sender address that a login may mean.
struct SmtpLogin {
  accounts::Scope scope;
  std::string app_id;   // The account's public number.
  std::string address;  // As it was created.
  std::string hash;
};

/// The accounts and regions that may share an address that logs in: each costs a comparison.
inline constexpr std::size_t kSmtpLoginsMax = 8;

/// The sender addresses `address` that have a password, in all accounts and regions, the oldest first; at
/// most kSmtpLoginsMax.
std::vector<SmtpLogin> smtp_logins(storage::Reader& reader, std::string_view address);

}  // namespace sesame::senders
