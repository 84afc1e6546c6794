#include "server/console_service.hpp"

#include <utility>

#include "accounts/console_sessions.hpp"
#include "accounts/errors.hpp"
#include "base/log.hpp"
#include "console/link_files.hpp"
#include "console/options.hpp"
#include "net/http_client.hpp"
#include "net/tls.hpp"
#include "server/options.hpp"
#include "server/server_settings.hpp"
#include "server/setting_checks.hpp"

namespace sesame::server {

namespace {

constexpr std::int64_t kLinkMs = 15LL * 60 * 1000;

/// Where clients reach the API; empty: where the console is reached, which shares its listener.
std::string api_base(const Settings& settings, bool alone) {
  const auto server = settings.get<ServerSettings>();
  const std::string base = link_base(server.public_url).value_or("");
  if (!base.empty() || !alone) return base;
  const bool tls = !settings.get<net::TlsIdentity>().certificate_file.empty();
  return browsable((tls ? "https://" : "http://") + to_text(server.listen));
}

accounts::SessionLimits limits_of(const console::ConsoleOptions& options) {
  return {.idle_ms = std::chrono::milliseconds(options.idle).count(),
          .absolute_ms = std::chrono::milliseconds(options.lifetime).count()};
}

}  // namespace

Result<std::unique_ptr<ConsoleService>> ConsoleService::open(const Settings& settings, StoreAssembly& store,
                                                             cloudapi::Gateway& gateway,
                                                             const cloudapi::CallLog& calls) {
  const auto options = settings.get<console::ConsoleOptions>();
  const auto server = settings.get<ServerSettings>();
  std::unique_ptr<ConsoleService> opened(new ConsoleService(store));
  opened->alone_ = options.listen.has_value();
  // A restored database has the sessions of an earlier moment, those that ended since among them.
  if (store.hold.held()) {
    const Status ended =
        store.database->write_and_wait(storage::Priority::interactive, [](storage::Writer& writer) -> Status {
          accounts::end_all_sessions(writer);
          return Done{};
        });
    if (!ended) return ended.error();
  }
  auto sign_in = console::SignIn::open({.database = *store.database,
                                        .secrets = *store.secrets,
                                        .keyring = store.keyring,
                                        .clock = store.clock,
                                        .random = store.random,
                                        .audit = *store.audit},
                                       limits_of(options), console::link_folder(server.data_dir));
  if (!sign_in) return std::move(sign_in).error();
  opened->sign_in_ = std::move(*sign_in);
  opened->explorer_ = std::make_unique<console::Explorer>(
      console::Explorer::Parts{.keyring = store.keyring, .clock = store.clock, .random = store.random});
  const auto regions = settings.get<cloudapi::GatewayOptions>().regions;
  opened->events_ = std::make_unique<console::EventHub>(console::EventHub::Parts{.database = *store.database,
                                                                                 .keyring = store.keyring,
                                                                                 .clock = store.clock,
                                                                                 .random = store.random},
                                                        limits_of(options), regions);
  opened->events_->start();
  const console::ConsoleParts parts{.sign_in = *opened->sign_in_,
                                    .explorer = *opened->explorer_,
                                    .events = *opened->events_,
                                    .gateway = gateway,
                                    .database = *store.database,
                                    .secrets = *store.secrets,
                                    .keyring = store.keyring,
                                    .calls = calls,
                                    .clock = store.clock,
                                    .random = store.random,
                                    .audit = *store.audit};
  console::ConsoleFacts facts{
      .hosts = console_hosts(settings),
      .plain_http = options.plain_http,
      .mode = settings.text("delivery.mode"),
      .regions = regions,
      .session_lifetime = options.lifetime,
      .api_base = api_base(settings, opened->alone_),
      .requests_per_second = settings.get<cloudapi::GatewayOptions>().requests_per_second};
  opened->console_ = std::make_unique<console::Console>(parts, std::move(facts));
  opened->link_entries_ = std::make_unique<console::LinkEntries>(*store.database, *store.audit_log,
                                                                 console::link_folder(server.data_dir));
  return opened;
}

Status ConsoleService::listen(const Settings& settings, StoreAssembly& store,
                              const std::string& api_endpoint) {
  std::string endpoint = api_endpoint;
  if (alone_) {
    Result<net::HttpServerOptions> options = http_options(settings);
    if (!options) return std::move(options).error();
    const HostPort address = *settings.get<console::ConsoleOptions>().listen;
    options->host = address.host;
    options->port = address.port;
    const bool tls = options->tls.has_value();
    http_ = std::make_unique<net::HttpServer>(*store.loops, *console_, std::move(*options));
    const Result<std::uint16_t> port = http_->start();
    if (!port) return listener_error(port.error(), "console.listen");
    endpoint = (tls ? "https://" : "http://") + to_text({address.host, *port});
  }
  Result<net::HttpTarget> own = net::parse_http_target(browsable(api_endpoint));
  if (!own) return std::move(own).error();
  own->verified = false;  // The certificate names the public host, not the address on which we listen.
  explorer_->open(std::move(*own));
  url_ = console_base(settings, browsable(endpoint)) + "/console/";
  return Done{};
}

void ConsoleService::renew_tls(const net::TlsContext& fresh) {
  if (http_) http_->renew_tls(fresh);
}

bool ConsoleService::has_owner() const {
  const auto found = store_.database->get<bool>(
      [](storage::Reader& reader) -> Result<bool> { return accounts::has_owner(reader); });
  return found && *found;
}

Result<std::string> ConsoleService::begin_set_up(bool wanted) {
  if (has_owner()) return std::string();
  const std::string token = accounts::make_link_token(store_.random);
  const std::int64_t expires_ms = store_.clock.now_ms() + kLinkMs;
  const Status made =
      store_.database->write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) -> Status {
        accounts::delete_links_of(writer, accounts::kSetupLink);
        if (wanted)
          accounts::create_link(writer, accounts::token_digest(token), accounts::kSetupLink, expires_ms);
        return Done{};
      });
  if (!made) return made.error();
  return wanted ? token : std::string();
}

Result<std::string> ConsoleService::make_login(const std::string& user) {
  const std::string token = accounts::make_link_token(store_.random);
  const std::int64_t now_ms = store_.clock.now_ms();
  const Status made =
      store_.database->write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) -> Status {
        std::optional<accounts::User> found = accounts::find_user(writer, user);
        std::int64_t user_id = found ? found->id : 0;
        if (!found) {
          const auto account = accounts::first_account(writer);
          if (!account) return Error(accounts::errors::kUnknown);
          const accounts::NewUser owner{
              .account_id = *account, .name = user, .role = accounts::Role::owner, .password_hash = ""};
          Result<std::int64_t> id = accounts::create_user(writer, owner, now_ms);
          if (!id) return std::move(id).error();
          user_id = *id;
        }
        accounts::create_link(writer, accounts::token_digest(token), user_id, now_ms + kLinkMs);
        return Done{};
      });
  if (!made) return made.error();
  return token;
}

void ConsoleService::tick() {
  link_entries_->tick();
  console_->tick();
}

void ConsoleService::close() {
  events_->close();
  if (http_) http_->close();
}

void ConsoleService::stop() {
  if (http_) http_->stop();
  events_->stop();
  sign_in_->stop();
  explorer_->stop();
}

}  // namespace sesame::server
