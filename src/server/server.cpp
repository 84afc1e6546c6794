#include "server/server.hpp"

#include <malloc.h>

#include <utility>

#include "base/log.hpp"
#include "server/file_modes.hpp"
#include "server/listener_assembly.hpp"
#include "server/options.hpp"
#include "server/upkeep_assembly.hpp"

namespace sesame::server {

namespace {

constexpr int kKeptFreeBytes = 16 << 20;
constexpr int kArenasMax = 8;

/// Keeps freed memory: a body of 600 KiB and its parsed form would otherwise be returned to the kernel and
/// faulted in again with every upload.
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, kKeptFreeBytes);
  mallopt(M_TRIM_THRESHOLD, kKeptFreeBytes);
  mallopt(M_TOP_PAD, 1 << 20);
  mallopt(M_ARENA_MAX, kArenasMax);  // Each arena may keep that much.
}

}  // namespace

Server::Server(const Settings& settings) : settings_(settings) {}

Server::~Server() {
  stop();
  while (!assemblies_.empty()) assemblies_.pop_back();
}

template <class T>
T& Server::add(std::unique_ptr<T> assembly) {
  T& added = *assembly;
  assemblies_.push_back(std::move(assembly));
  return added;
}

Result<std::unique_ptr<Server>> Server::start(const Settings& settings, const Clock& clock, Random& random,
                                              StartOptions options) {
  keep_freed_memory();
  warn_of_exposed_files(settings);
  // A file that cannot be used is refused before anything is opened.
  if (auto posting = posting_options(settings); !posting) return std::move(posting).error();
  std::unique_ptr<Server> server(new Server(settings));
  auto store = StoreAssembly::open(settings, clock, random);
  if (!store) return std::move(store).error();
  server->store_ = &server->add(std::move(*store));
  if (Status status = server->open_rest(*server->store_, std::move(options)); !status)
    return std::move(status).error();
  log_info("server.ready", {{"endpoint", server->endpoint()},
                            {"delivery", settings.text("delivery.mode")},
                            {"data", settings.text("data_dir")}});
  return server;
}

/// Opens the assemblies from the bottom to the top; an assembly that was opened is stopped by ~Server() when
/// a later one fails.
Status Server::open_rest(StoreAssembly& store, StartOptions options) {
  const Settings& settings = settings_;
  if (Status status = store.open_hold(settings, options.hold_delivery); !status) return status;
  auto webhooks = WebhookAssembly::open(settings, store);
  if (!webhooks) return std::move(webhooks).error();
  WebhookAssembly& events = add(std::move(*webhooks));
  auto effects = EffectsAssembly::open(settings, store, events);
  if (!effects) return std::move(effects).error();
  EffectsAssembly& follow_up = add(std::move(*effects));
  effects_ = &follow_up;
  auto mail = MailAssembly::open(settings, store, follow_up);
  if (!mail) return std::move(mail).error();
  MailAssembly& mailing = add(std::move(*mail));
  mail_ = &mailing;
  auto api = ApiAssembly::open(settings, store, events, follow_up, mailing);
  if (!api) return std::move(api).error();
  api_ = &add(std::move(*api));
  auto listeners = ListenerAssembly::open(settings, store, follow_up, mailing, *api_);
  if (!listeners) return std::move(listeners).error();
  listeners_ = &add(std::move(*listeners));
  // Every address is bound: nothing keeps the server from starting any more.
  if (Status status = store.open_credentials(settings, std::move(options.first_credential)); !status)
    return status;
  if (api_->console) {
    Result<std::string> token = api_->console->begin_set_up(options.console_link);
    if (!token) return std::move(token).error();
    console_setup_token_ = std::move(*token);
  }
  add(UpkeepAssembly::open(settings, store, follow_up, mailing, *api_));
  api_->router->set_ready(true);
  return Done{};
}

const std::string& Server::endpoint() const { return api_->endpoint; }

const std::optional<accounts::FirstCredential>& Server::first_credential() const {
  return store_->first_credential;
}

std::string Server::console_url() const { return api_->console ? api_->console->url() : std::string(); }

bool Server::console_has_owner() const { return api_->console && api_->console->has_owner(); }

Result<std::string> Server::console_login_token(const std::string& user) {
  return api_->console ? api_->console->make_login(user) : Result<std::string>(std::string());
}

const std::optional<HoldMark>& Server::hold_mark() const { return store_->hold_mark; }

Status Server::reload(const Settings& settings) {
  Result<Renewal> renewal = Renewal::read(settings);
  if (!renewal) {
    mail_->refuse_renewal(renewal.error());
    return std::move(renewal).error();
  }
  if (renewal->http) api_->renew_tls(*renewal->http);
  listeners_->renew(*renewal);
  effects_->renew(*renewal);
  mail_->renew(*renewal);
  change_log_level(renewal->log_level);
  for (const std::string& key : changes_for_restart(settings_, settings))
    log_warning("server.setting_needs_restart", {{"setting", key}});
  return Done{};
}

void Server::stop() {
  if (std::exchange(stopped_, true)) return;
  if (api_ != nullptr) api_->router->set_ready(false);
  for (auto assembly = assemblies_.rbegin(); assembly != assemblies_.rend(); ++assembly) (*assembly)->close();
  for (auto assembly = assemblies_.rbegin(); assembly != assemblies_.rend(); ++assembly) (*assembly)->stop();
  log_info("server.stopped");
}

}  // namespace sesame::server
