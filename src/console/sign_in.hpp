#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "accounts/console_sessions.hpp"
#include "accounts/keyring.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "console/login_throttle.hpp"
#include "net/blocking_pool.hpp"
#include "net/http_server.hpp"
#include "net/task.hpp"
#include "storage/database.hpp"

namespace sesame::console {

/// A session that begins: the token goes to the browser, and nowhere else.
struct OpenedSession {
  std::string token;
  accounts::ConsoleSession session;
};

/// Where a login comes from.
struct LoginOrigin {
  std::string peer;   // The address.
  std::string agent;  // The User-Agent.
};

/// Makes sessions of passwords and of one-time links. Passwords are compared on threads of its own, a few
/// at a time, since each takes 19 MiB. Its parts outlive it. Thread: any (event loops).
class SignIn {
 public:
  struct Parts {
    storage::Database& database;
    const accounts::Keyring& keyring;
    const Clock& clock;
    Random& random;
  };

  /// Hashes a random password for the comparison of unknown users. `link_folder` as in link_files.hpp. Error:
  /// accounts::errors::kHashFailed.
  static Result<std::unique_ptr<SignIn>> open(const Parts& parts, accounts::SessionLimits limits,
                                              std::string link_folder);

  /// Makes the first owner of a link's token. Errors: errors::kLinkWrong, those of accounts::create_user and
  /// accounts::check_password.
  net::Task<Result<OpenedSession>> set_up(std::string token, std::string name, std::string password,
                                          LoginOrigin origin);
  /// Errors: errors::kLoginWrong for every kind of mistake; errors::kThrottled.
  net::Task<Result<OpenedSession>> log_in(std::string name, std::string password, LoginOrigin origin);
  /// Error: errors::kLinkWrong.
  net::Task<Result<OpenedSession>> log_in_by_link(std::string token, LoginOrigin origin);
  /// Proves a session again. Errors: errors::kLoginWrong, errors::kThrottled.
  net::Task<Status> prove(accounts::ConsoleSession session, std::string password, LoginOrigin origin);

  const accounts::SessionLimits& limits() const { return limits_; }
  /// Finishes the comparisons.
  void stop() { passwords_.stop(); }

 private:
  SignIn(const Parts& parts, accounts::SessionLimits limits, std::string link_folder,
         std::string hash_of_nobody);
  /// Compares, and counts the attempt. Errors: errors::kLoginWrong, errors::kThrottled,
  /// net::errors::kOverloaded.
  net::Task<Status> compare(std::string name, std::string network, std::string hash, std::string password);
  /// The user of a link in the database, without using it up.
  net::Task<Result<std::optional<std::int64_t>>> find_stored_link(std::string digest, std::int64_t now_ms);
  net::Task<Result<std::string>> hash(std::string password);
  /// The session of a user; `hash` is the one that was compared, empty for a link.
  Result<OpenedSession> begin(storage::Writer& writer, const accounts::User& user, const std::string& token,
                              const LoginOrigin& origin) const;

  Result<OpenedSession> make_owner(storage::Writer& writer, const std::string& name,
                                   const std::string& password_hash, const std::string& token,
                                   const LoginOrigin& origin) const;

  const Parts parts_;
  const accounts::SessionLimits limits_;
  const std::string link_folder_;
  const std::string hash_of_nobody_;
  LoginThrottle throttle_;
  net::BlockingPool passwords_;
};

}  // namespace sesame::console
