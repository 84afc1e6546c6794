#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// The password with which a sender address logs in to send by SMTP. Only its hash is kept. Plain functions
/// for use inside database jobs; hashing and comparing (accounts/password_hash.hpp) happen outside of them.
namespace sesame::senders {

/// SES: UpdateEmailSmtpPassWord.Password: 10 to 20 characters, among them two different digits, two different
/// lower-case and two different upper-case letters. Pure.
/// Error: "senders.password_weak" (no facts: a password is never shown).
Status check_smtp_password(std::string_view password);

/// Empty while the address has no password. Error: "senders.address_missing" (fact "value").
Result<std::string> smtp_hash(storage::Reader& reader, const accounts::Scope& scope,
                              std::string_view address);

/// Error: "senders.address_missing" (fact "value").
Status set_smtp_hash(storage::Writer& writer, const accounts::Scope& scope, std::string_view address,
                     std::string_view hash);

/// A sender address that a login may mean.
struct SmtpLogin {
  accounts::Scope scope;
  std::string app_id;   // Of the account.
  std::string address;  // As it was created.
  std::string hash;
};

/// How many accounts and regions may share an address that logs in: each costs a comparison.
inline constexpr std::size_t kSmtpLoginsMax = 8;

/// Those with a password, in all accounts and regions, the oldest first; at most kSmtpLoginsMax.
std::vector<SmtpLogin> smtp_logins(storage::Reader& reader, std::string_view address);

}  // namespace sesame::senders
