#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "accounts/accounts.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "server/settings.hpp"

namespace sesame::server {

/// The whole program, running: settings become parts, each part gets what it needs by constructor, and all of
/// it stops in reverse order. Made, used and stopped by one thread that is not an event loop's.
class Server {
 public:
  /// Opens the data folder and starts everything; returns when requests are answered.
  /// Errors: "settings.value", "server.data_dir" (the folder can't be made), "server.database" (fact
  /// "problem"), those of accounts::SecretBox and ensure_first_credential, of net::HttpServer::start and
  /// net::TlsContext.
  static Result<std::unique_ptr<Server>> start(const Settings& settings, const Clock& clock, Random& random,
                                               std::optional<accounts::KeyPair> given_credential);
  ~Server();  // stop()

  /// Where the API is served: "http://127.0.0.1:8080".
  const std::string& endpoint() const;
  /// Set on an empty data folder only.
  const std::optional<accounts::FirstCredential>& first_credential() const;

  /// Answers the requests in progress, finishes open SMTP dialogues, records their outcomes. May be called
  /// again.
  void stop();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sesame::server
