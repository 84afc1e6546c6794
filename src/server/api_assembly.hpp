#pragma once

#include <memory>
#include <string>

#include "campaigns/dry_run_jobs.hpp"
#include "cloudapi/gateway.hpp"
#include "delivery/port_check.hpp"
#include "dns/ares_queries.hpp"
#include "dns/ares_resolver.hpp"
#include "net/blocking_pool.hpp"
#include "net/http_server.hpp"
#include "senders/domain_check.hpp"
#include "senders/look_up.hpp"
#include "server/assembly.hpp"
#include "server/console_service.hpp"
#include "server/mail_assembly.hpp"
#include "server/router.hpp"

namespace sesame::server {

/// The HTTP server: the API's actions, the web console, the links in mails, health and metrics.
struct ApiAssembly final : Assembly {
  // Both only where sender domains are verified by DNS.
  std::unique_ptr<dns::AresResolver> resolver;
  std::unique_ptr<senders::DomainLookUps> look_ups;
  std::unique_ptr<dns::AresQueries> server_queries;
  std::unique_ptr<senders::DomainChecks> domain_checks;
  std::unique_ptr<campaigns::DryRunJobs> dry_runs;
  std::unique_ptr<delivery::PortCheck> port_check;
  std::unique_ptr<net::BlockingPool> pool;
  cloudapi::ActionTable actions;
  std::unique_ptr<cloudapi::CallLog> calls;
  std::unique_ptr<cloudapi::Gateway> gateway;
  std::unique_ptr<ConsoleService> console;  // Null with console.enabled = false.
  std::unique_ptr<Router> router;
  std::unique_ptr<net::HttpServer> http;
  std::string endpoint;  // "http://127.0.0.1:8080".

  /// Opens the server: requests are answered from the return on, except /healthz, which waits for
  /// Router::set_ready().
  /// Errors: errors::kSettingValue, net::errors::kTls, those of net::HttpServer::start with the fact "key".
  static Result<std::unique_ptr<ApiAssembly>> open(const Settings& settings, StoreAssembly& store,
                                                   WebhookAssembly& webhooks, EffectsAssembly& effects,
                                                   MailAssembly& mail);
  /// Handshakes of all HTTP servers use these files from now on.
  void renew_tls(const net::TlsContext& fresh);
  void close() override;
  /// Finishes the requests in progress.
  void stop() override;

 private:
  Status open_look_ups(const Settings& settings, StoreAssembly& store);
  void add_actions(const Settings& settings, StoreAssembly& store, WebhookAssembly& webhooks,
                   EffectsAssembly& effects, MailAssembly& mail);
  Status open_console(const Settings& settings, StoreAssembly& store);
  Status listen(const Settings& settings, StoreAssembly& store);
};

}  // namespace sesame::server
