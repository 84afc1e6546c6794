#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "senders/smtp_passwords.hpp"
#include "storage/database.hpp"
#include "submission/proven_logins.hpp"

namespace sesame::submission {

/// Checks the user and the password of logins. Thread: any.
class Logins {
 public:
  /// Hashes a random password for the comparison of unknown users, which takes some tens of milliseconds. The
  /// database outlives the object.
  static Result<std::unique_ptr<Logins>> open(storage::Database& database, Random& random);

  /// Finds the sender address `user` that has this password. The address may exist in several accounts and
  /// regions: all of their passwords are compared, and the oldest match wins. An address that does not exist,
  /// or has no password, costs as much as one in one account: the time of a refusal reveals at most that an
  /// address is in several. Waits for the database and then some tens of milliseconds per comparison, unless
  /// the same login succeeded within the last minute: call it on a blocking pool only. Errors:
  /// errors::kLoginWrong (for every kind of mistake), those of storage::Database.
  Result<senders::SmtpLogin> check(std::string_view user, std::string_view password, ProvenLogins::Time now);

 private:
  Logins(storage::Database& database, Random& random, std::string hash_of_nobody)
      : database_(database), proven_(random), hash_of_nobody_(std::move(hash_of_nobody)) {}

  storage::Database& database_;
  ProvenLogins proven_;
  const std::string hash_of_nobody_;
};

}  // namespace sesame::submission
