#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "senders/smtp_passwords.hpp"
#include "storage/database.hpp"

namespace sesame::submission {

/// Checks who logs in with which password. Constant; any thread.
class Logins {
 public:
  /// Hashes a password that nobody has, which takes some tens of milliseconds. The database outlives it.
  static Result<Logins> open(storage::Database& database);

  /// The sender address whose password that is. The address may exist in several accounts and regions: all of
  /// their passwords are compared, and the oldest whose password it is wins. An address that does not exist,
  /// or has no password, costs as much as one that does, so that the time tells nothing. Waits for the
  /// database and then for some tens of milliseconds for each comparison: on a blocking pool only. Errors:
  /// "submission.login_wrong" (whatever was wrong), those of storage::Database.
  Result<senders::SmtpLogin> check(std::string_view user, std::string_view password) const;

 private:
  Logins(storage::Database& database, std::string hash_of_nobody)
      : database_(&database), hash_of_nobody_(std::move(hash_of_nobody)) {}

  storage::Database* database_;
  std::string hash_of_nobody_;
};

}  // namespace sesame::submission
