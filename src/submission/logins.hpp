#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "senders/smtp_passwords.hpp"
#include "storage/database.hpp"
#include "submission/proven_logins.hpp"

namespace sesame::submission {

/// Checks who logs in with which password. Any thread.
class Logins {
 public:
  /// Hashes a password that nobody has, which takes some tens of milliseconds. The database outlives it.
  static Result<std::unique_ptr<Logins>> open(storage::Database& database, Random& random);

  /// The sender address whose password that is. The address may exist in several accounts and regions: all of
  /// their passwords are compared, and the oldest whose password it is wins. An address that does not exist,
  /// or has no password, costs as much as one in one account: a refusal tells at most that an address is in
  /// several. Waits for the database and then, unless the same login was right within the last minute, for
  /// some tens of milliseconds for each comparison: on a blocking pool only. Errors:
  /// "submission.login_wrong" (whatever was wrong), those of storage::Database.
  Result<senders::SmtpLogin> check(std::string_view user, std::string_view password, ProvenLogins::Time now);

 private:
  Logins(storage::Database& database, Random& random, std::string hash_of_nobody)
      : database_(database), proven_(random), hash_of_nobody_(std::move(hash_of_nobody)) {}

  storage::Database& database_;
  ProvenLogins proven_;
  const std::string hash_of_nobody_;
};

}  // namespace sesame::submission
