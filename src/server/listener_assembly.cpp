#include "server/listener_assembly.hpp"

#include <utility>

#include "base/log.hpp"
#include "server/options.hpp"
#include "server/submission_options.hpp"

namespace sesame::server {

namespace {

constexpr unsigned kReaderThreads = 1;
constexpr std::size_t kReaderQueue = 64;  // Beyond it mail is deferred, and comes again.

}  // namespace

ReturnParts::ReturnParts(const Settings& settings, StoreAssembly& store, EffectsAssembly& effects)
    : readers(kReaderThreads, kReaderQueue),
      addresses(*store.mail_tokens, bounce_domain(settings),
                settings.get<returns::ReturnOptions>().complaint_addresses),
      intake({.addresses = addresses,
              .classifier = *effects.classifier,
              .effects = *effects.mail_effects,
              .clock = store.clock},
             settings.get<returns::IntakeLimits>()),
      handler({.addresses = addresses, .intake = intake, .database = *store.database, .pool = readers}) {}

Result<std::unique_ptr<ListenerAssembly>> ListenerAssembly::open(const Settings& settings,
                                                                 StoreAssembly& store,
                                                                 EffectsAssembly& effects, MailAssembly& mail,
                                                                 ApiAssembly& api) {
  auto opened = std::make_unique<ListenerAssembly>();
  if (Status status = opened->open_submission(settings, store, mail, api); !status)
    return std::move(status).error();
  if (Status status = opened->open_returns(settings, store, effects); !status)
    return std::move(status).error();
  return opened;
}

Status ListenerAssembly::open_submission(const Settings& settings, StoreAssembly& store, MailAssembly& mail,
                                         ApiAssembly& api) {
  auto wanted = submission_servers(settings);
  if (!wanted) return std::move(wanted).error();
  if (wanted->empty()) return Done{};
  submission::SubmissionParts parts{.database = *store.database,
                                    .send_intake = *mail.send_intake,
                                    .pool = *api.pool,
                                    .clock = store.clock,
                                    .random = store.random,
                                    .wake_delivery = [&mail] { mail.wake(); }};
  auto opened = submission::Submission::open(std::move(parts), submission_options(settings));
  if (!opened) return std::move(opened).error();
  submission = std::move(*opened);
  submission_tls = wanted->front().tls_context;
  for (smtp::ServerOptions& options : *wanted) {
    const std::string host = options.host;
    const bool tls_only = options.tls == smtp::ServerTls::implicit;
    servers.push_back(std::make_unique<smtp::Server>(*store.loops, *submission, std::move(options)));
    const Result<std::uint16_t> port = servers.back()->start();
    if (!port) return listener_error(port.error(), tls_only ? "submission.listen_tls" : "submission.listen");
    log_info("submission.ready",
             {{"host", host}, {"port", *port}, {"tls", tls_only ? "only" : "or starttls"}});
  }
  return Done{};
}

Status ListenerAssembly::open_returns(const Settings& settings, StoreAssembly& store,
                                      EffectsAssembly& effects) {
  Result<std::optional<smtp::ServerOptions>> options = return_server_options(settings);
  if (!options) return std::move(options).error();
  if (!*options) return Done{};
  returns_tls = (*options)->tls_context;
  returns = std::make_unique<ReturnParts>(settings, store, effects);
  servers.push_back(std::make_unique<smtp::Server>(*store.loops, returns->handler, std::move(**options)));
  const Result<std::uint16_t> port = servers.back()->start();
  if (!port) return listener_error(port.error(), "bounces.listen");
  log_info("returns.ready", {{"domain", returns->addresses.domain()}, {"port", *port}});
  return Done{};
}

void ListenerAssembly::renew(const Renewal& renewal) {
  if (submission_tls && renewal.submission) submission_tls->replace(*renewal.submission);
  if (returns_tls && renewal.returns) returns_tls->replace(*renewal.returns);
}

void ListenerAssembly::close() {
  if (returns) returns->handler.stop_waiting();
  for (const auto& server : servers) server->close();
}

void ListenerAssembly::stop() {
  for (const auto& server : servers) server->stop();
  if (submission) submission->stop();
  if (returns) returns->readers.stop();
}

}  // namespace sesame::server
