#pragma once

#include <memory>
#include <string>

#include "cloudapi/gateway.hpp"
#include "console/console.hpp"
#include "console/event_hub.hpp"
#include "console/explorer.hpp"
#include "console/link_entries.hpp"
#include "console/sign_in.hpp"
#include "net/http_server.hpp"
#include "server/settings.hpp"
#include "server/store_assembly.hpp"

namespace sesame::server {

/// The web console: its handler, and the listener of its own when console.listen names one. Part of the
/// ApiAssembly. Thread: one, not an event loop's; the handler's: any.
class ConsoleService {
 public:
  /// Errors: errors::kSettingValue, accounts::errors::kHashFailed.
  static Result<std::unique_ptr<ConsoleService>> open(const Settings& settings, StoreAssembly& store,
                                                      cloudapi::Gateway& gateway,
                                                      const cloudapi::CallLog& calls);

  net::HttpHandler& handler() { return *console_; }
  bool listens_alone() const { return alone_; }
  /// Begins to listen where console.listen says; `api_endpoint` is where the API does. Errors: those of
  /// net::HttpServer::start with the fact "key".
  Status listen(const Settings& settings, StoreAssembly& store, const std::string& api_endpoint);
  void renew_tls(const net::TlsContext& fresh);

  /// "http://127.0.0.1:8080/console/", as browsers on this machine reach it.
  const std::string& url() const { return url_; }
  bool has_owner() const;
  /// While there is no owner, ends the link of an earlier start and, with `wanted`, makes the one of this:
  /// its token. Waits for the database.
  Result<std::string> begin_set_up(bool wanted);
  /// The token of a link that logs the user in, who is made an owner when there is no such user. Waits for
  /// the database.
  Result<std::string> make_login(const std::string& user);

  /// Writes links that a command made into the audit log, and frees previews whose time is over. Call it
  /// every few seconds. Waits for the database.
  void tick();

  /// Ends the event streams and accepts nothing more.
  void close();
  /// Finishes the requests in progress.
  void stop();

 private:
  explicit ConsoleService(StoreAssembly& store) : store_(store) {}

  StoreAssembly& store_;
  bool alone_ = false;
  std::unique_ptr<console::SignIn> sign_in_;
  std::unique_ptr<console::Explorer> explorer_;
  std::unique_ptr<console::EventHub> events_;
  std::unique_ptr<console::Console> console_;
  std::unique_ptr<console::LinkEntries> link_entries_;
  std::unique_ptr<net::HttpServer> http_;  // Null unless it listens alone.
  std::string url_;
};

}  // namespace sesame::server
