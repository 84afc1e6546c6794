#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "accounts/audit_queue.hpp"
#include "accounts/console_sessions.hpp"
#include "accounts/keyring.hpp"
#include "accounts/secret_box.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "console/code_throttle.hpp"
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

/// The proofs that a person types beside the name.
struct Credentials {
  std::string password;
  std::string code;  // The second factor's; empty: none.
};

/// Makes sessions of passwords and of one-time links. Passwords are compared on threads of its own, a few
/// at a time, since each takes 19 MiB. Its parts outlive it. Thread: any (event loops).
class SignIn {
 public:
  struct Parts {
    storage::Database& database;
    const accounts::SecretBox& secrets;
    const accounts::Keyring& keyring;
    const Clock& clock;
    Random& random;
    accounts::AuditQueue& audit;
  };

  /// Hashes a random password for the comparison of unknown users. `link_folder` as in link_files.hpp. Error:
  /// accounts::errors::kHashFailed.
  static Result<std::unique_ptr<SignIn>> open(const Parts& parts, accounts::SessionLimits limits,
                                              std::string link_folder);

  /// Makes the first owner of a link's token. Errors: errors::kLinkWrong, those of accounts::create_user and
  /// accounts::check_password.
  net::Task<Result<OpenedSession>> set_up(std::string token, std::string name, std::string password,
                                          LoginOrigin origin);
  /// Errors: errors::kLoginWrong for every kind of mistake with name and password; only behind it
  /// errors::kCodeNeeded, errors::kCodeWrong and errors::kCodesThrottled; errors::kThrottled.
  net::Task<Result<OpenedSession>> log_in(std::string name, Credentials given, LoginOrigin origin);
  /// Asks for the code of a second factor, too, without using the link up. Errors: errors::kLinkWrong,
  /// errors::kCodeNeeded, errors::kCodeWrong, errors::kCodesThrottled, errors::kThrottled.
  net::Task<Result<OpenedSession>> log_in_by_link(std::string token, std::string code, LoginOrigin origin);
  /// Proves a session again, by the password or, without one, by a code. Errors: errors::kLoginWrong,
  /// errors::kCodeWrong, errors::kCodesThrottled, errors::kThrottled.
  net::Task<Status> prove(accounts::ConsoleSession session, Credentials given, LoginOrigin origin);

  const accounts::SessionLimits& limits() const { return limits_; }
  /// Finishes the comparisons.
  void stop() { passwords_.stop(); }

 private:
  SignIn(const Parts& parts, accounts::SessionLimits limits, std::string link_folder,
         std::string hash_of_nobody);
  /// A try to log in, as the throttle counts it.
  struct Attempt {
    std::string name, network;
  };
  /// Begins an attempt, which counts as failed until settle(). Error: errors::kThrottled.
  Status begin_attempt(const Attempt& attempt);
  /// Ends an attempt: `error` is null when it was right.
  void settle(const Attempt& attempt, const Error* error);
  /// Compares passwords within a new attempt. Errors: errors::kLoginWrong, errors::kThrottled,
  /// net::errors::kOverloaded.
  net::Task<Status> compare(Attempt attempt, std::string hash, std::string password);
  /// Uses the code up if the user has a second factor. Errors: errors::kCodeNeeded, errors::kCodeWrong. Job:
  /// write.
  Status take_code(storage::Writer& writer, const accounts::User& user, const std::string& code) const;
  /// Begins an attempt of somebody who proved the first factor at the second one; settle_code() ends it.
  /// Recovery codes are not held: nobody can guess them. Error: errors::kCodesThrottled.
  Status begin_code(const accounts::User* user, const std::string& code);
  void settle_code(const accounts::User* user, const std::string& code, const Error* error);
  /// A one-time link that is good now.
  struct LinkState {
    bool makes_owner = false;
    std::optional<accounts::User> user;           // The one it logs in; nullopt also when the user is gone.
    std::optional<std::int64_t> file_expires_ms;  // Set when it is a file, else it is a row.
  };
  /// Finds it without using it up. Error: errors::kLinkWrong.
  net::Task<Result<LinkState>> find_link(std::string digest);
  /// Uses it up, together with what the job does. Error: errors::kLinkWrong: another was faster. Job: write.
  Status use_link(storage::Writer& writer, const LinkState& link, const std::string& digest) const;
  net::Task<Done> delete_used_file(std::string digest, LinkState link);
  net::Task<Result<std::string>> hash(std::string password);
  /// The session of a user. `entry` says in the audit log how it came to be.
  Result<OpenedSession> begin(storage::Writer& writer, const accounts::User& user, const std::string& token,
                              const LoginOrigin& origin, accounts::AuditEntry entry) const;
  /// Counts a refused attempt in the audit log. `user`: null when nobody has the name.
  void count_refused(const accounts::User* user, const LoginOrigin& origin, std::string action,
                     const Error& error) const;

  Result<OpenedSession> make_owner(storage::Writer& writer, const std::string& name,
                                   const std::string& password_hash, const std::string& token,
                                   const LoginOrigin& origin) const;

  const Parts parts_;
  const accounts::SessionLimits limits_;
  const std::string link_folder_;
  const std::string hash_of_nobody_;
  LoginThrottle throttle_;
  CodeThrottle codes_;
  net::BlockingPool passwords_;
};

}  // namespace sesame::console
