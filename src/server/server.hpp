#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "accounts/accounts.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "server/first_credential.hpp"
#include "server/hold_mark.hpp"
#include "server/settings.hpp"

namespace sesame::server {

class Assembly;
struct ApiAssembly;
struct EffectsAssembly;
struct ListenerAssembly;
struct MailAssembly;
struct StoreAssembly;

struct StartOptions {
  FirstCredentialOptions first_credential;
  bool hold_delivery = false;  // Set the mark of hold_mark.hpp.
  bool console_link = false;   // While the console has no owner, make the link that makes one, to be shown.
};

/// The whole program, running: assemblies that are opened from the bottom to the top and stopped in reverse.
/// Thread: one, not an event loop's.
class Server {
 public:
  /// Opens the data folder and starts everything; returns when requests are answered.
  /// Errors: errors::kSettingValue, errors::kDataDir (the folder can't be made), errors::kDatabase (fact
  /// "problem"), those of accounts::SecretBox, of open_hold and open_credentials of
  /// StoreAssembly, of net::HttpServer::start and net::TlsContext.
  static Result<std::unique_ptr<Server>> start(const Settings& settings, const Clock& clock, Random& random,
                                               StartOptions options);
  ~Server();  // stop()

  /// The URL of the API: "http://127.0.0.1:8080".
  const std::string& endpoint() const;
  /// Set only when the data folder was empty.
  const std::optional<accounts::FirstCredential>& first_credential() const;

  /// The address of the console: "http://127.0.0.1:8080/console/"; empty when it is off.
  std::string console_url() const;
  /// Whether the console has an owner. False when it is off.
  bool console_has_owner() const;
  /// The token of the link that makes the first owner; empty when there is none.
  const std::string& console_setup_token() const { return console_setup_token_; }
  /// Makes a link that logs this user in, and the user, an owner of the first account, when there is none.
  /// For the example campaign. Errors: those of accounts::create_user and of storage::Database.
  Result<std::string> console_login_token(const std::string& user);

  /// Set while delivery was held at the start.
  const std::optional<HoldMark>& hold_mark() const;

  /// Takes over what can change without a restart (server/renewal.hpp): all of it, or nothing when an error
  /// comes back. Errors: those of Renewal::read.
  Status reload(const Settings& settings);

  /// Answers the requests in progress, finishes open SMTP dialogues, records their outcomes. May be called
  /// again.
  void stop();

 private:
  explicit Server(const Settings& settings);
  template <class T>
  T& add(std::unique_ptr<T> assembly);
  Status open_rest(StoreAssembly& store, StartOptions options);

  std::vector<std::unique_ptr<Assembly>> assemblies_;  // In the order in which they were opened.
  StoreAssembly* store_ = nullptr;
  EffectsAssembly* effects_ = nullptr;
  MailAssembly* mail_ = nullptr;
  ApiAssembly* api_ = nullptr;
  ListenerAssembly* listeners_ = nullptr;
  Settings settings_;
  std::string console_setup_token_;
  bool stopped_ = false;
};

}  // namespace sesame::server
