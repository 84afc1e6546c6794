#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "net/blocking_pool.hpp"
#include "returns/return_handler.hpp"
#include "server/api_assembly.hpp"
#include "server/assembly.hpp"
#include "server/renewal.hpp"
#include "smtp/server.hpp"
#include "submission/submission.hpp"

namespace sesame::server {

/// The receiving half of the bounce domain.
struct ReturnParts {
  /// Anybody may send mail here: reading it takes one thread at most, and none from the API's callers.
  net::BlockingPool readers;
  returns::ReturnAddresses addresses;
  returns::Intake intake;
  returns::ReturnHandler handler;

  ReturnParts(const Settings& settings, StoreAssembly& store, EffectsAssembly& effects);
};

/// The SMTP servers: where programs submit mail, and where returned mail arrives.
struct ListenerAssembly final : Assembly {
  std::unique_ptr<submission::Submission> submission;  // Null without an address for submission.
  std::unique_ptr<ReturnParts> returns;                // Null without bounces.listen.
  std::vector<std::unique_ptr<smtp::Server>> servers;
  std::optional<net::TlsContext> submission_tls;
  std::optional<net::TlsContext> returns_tls;

  /// Errors: errors::kSettingValue, net::errors::kTls, those of Submission::open, and of smtp::Server::start
  /// with the fact "key".
  static Result<std::unique_ptr<ListenerAssembly>> open(const Settings& settings, StoreAssembly& store,
                                                        EffectsAssembly& effects, MailAssembly& mail,
                                                        ApiAssembly& api);
  /// Handshakes use the renewed certificates from now on.
  void renew(const Renewal& renewal);
  void close() override;
  /// Finishes the mails in progress.
  void stop() override;

 private:
  Status open_submission(const Settings& settings, StoreAssembly& store, MailAssembly& mail,
                         ApiAssembly& api);
  Status open_returns(const Settings& settings, StoreAssembly& store, EffectsAssembly& effects);
};

}  // namespace sesame::server
