#include "server/server.hpp"

#include <malloc.h>
#include <sys/stat.h>

#include <filesystem>
#include <utility>

#include "actions/rooms.hpp"
#include "audience/hard_bounces.hpp"
#include "audience/merger.hpp"
#include "audience/uploads.hpp"
#include "base/log.hpp"
#include "campaigns/frequency_filter.hpp"
#include "campaigns/run_ledger.hpp"
#include "campaigns/runner.hpp"
#include "campaigns/suppression_filter.hpp"
#include "campaigns/timetable.hpp"
#include "cloudapi/gateway.hpp"
#include "delivery/engine.hpp"
#include "delivery/relay_outlet.hpp"
#include "delivery/sandbox_outlet.hpp"
#include "dns/ares_resolver.hpp"
#include "effects/event_recorder.hpp"
#include "effects/mail_effects.hpp"
#include "effects/outcome_effects.hpp"
#include "engagement/tracking_pages.hpp"
#include "engagement/unsubscribe_handler.hpp"
#include "net/http_poster.hpp"
#include "net/loops.hpp"
#include "senders/rechecks.hpp"
#include "senders/signers.hpp"
#include "server/heartbeat.hpp"
#include "server/housekeeping.hpp"
#include "server/options.hpp"
#include "server/return_door.hpp"
#include "server/router.hpp"
#include "server/server_settings.hpp"
#include "server/submission_door.hpp"
#include "storage/sqlite_database.hpp"
#include "webhooks/event_queue.hpp"
#include "webhooks/event_sender.hpp"

namespace sesame::server {

namespace {

constexpr std::size_t kPoolQueue = 256;  // Heavy calls that wait for a thread; beyond it they are refused.
constexpr std::chrono::seconds kDialoguePatience{10};
constexpr std::chrono::seconds kHeartbeat{2};
// How late a timed task may start; a look costs some tens of microseconds.
constexpr std::chrono::milliseconds kTaskClock{500};
constexpr int kKeptFreeBytes = 16 << 20;
constexpr int kArenasMax = 8;

/// A body of 600 KiB and what is made of it would otherwise go back to the kernel and be faulted in again
/// with every upload.
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, kKeptFreeBytes);
  mallopt(M_TRIM_THRESHOLD, kKeptFreeBytes);
  mallopt(M_TOP_PAD, 1 << 20);
  mallopt(M_ARENA_MAX, kArenasMax);  // Each may keep as much.
}

Result<std::unique_ptr<storage::Database>> open_database(const Settings& settings, const Clock& clock) {
  Result<std::string> path = database_path(settings);
  if (!path) return std::move(path).error();
  storage::SqliteOptions options;
  options.path = std::move(*path);
  options.readers_here = loop_count(settings);
  try {
    return storage::open_sqlite(std::move(options), clock);
  } catch (const std::exception& failure) {
    return Error("server.database").with("problem", failure.what());
  }
}

Result<std::unique_ptr<delivery::Outlet>> open_outlet(const Settings& settings, net::Loops& loops,
                                                      const Clock& clock, Random& random) {
  if (settings.get<ServerSettings>().mode == DeliveryMode::sandbox) {
    const auto sandbox = settings.get<delivery::SandboxOptions>();
    return std::unique_ptr<delivery::Outlet>(
        std::make_unique<delivery::SandboxOutlet>(sandbox.inbox_mails, clock));
  }
  Result<delivery::RelayOptions> options = relay_options(settings);
  if (!options) return std::move(options).error();
  return std::unique_ptr<delivery::Outlet>(
      std::make_unique<delivery::RelayOutlet>(std::move(*options), loops, clock, random));
}

std::unique_ptr<campaigns::FrequencyFilter> open_frequency_filter(const Settings& settings, Random& random) {
  const auto options = settings.get<campaigns::FrequencyOptions>();
  return std::make_unique<campaigns::FrequencyFilter>(options.mails_per_address_hour, random);
}

}  // namespace

/// In the order in which they start; each stands on those above it.
struct Server::Parts {
  const Clock& clock;
  Random& random;
  std::unique_ptr<accounts::SecretBox> secrets;
  std::unique_ptr<storage::Database> database;
  std::optional<accounts::FirstCredential> first_credential;
  accounts::Keyring keyring;
  std::unique_ptr<accounts::SessionTokens> tokens;
  std::unique_ptr<audience::Uploads> uploads;
  std::unique_ptr<audience::Merger> merger;
  std::unique_ptr<content::MailTokens> mail_tokens;
  std::unique_ptr<content::Links> links;
  std::unique_ptr<senders::SignerCache> signers;
  std::unique_ptr<campaigns::SuppressionFilter> suppression_filter;
  std::unique_ptr<campaigns::FrequencyFilter> frequency_filter;
  campaigns::MailFilters gate;
  std::unique_ptr<campaigns::SendIntake> send_intake;
  std::unique_ptr<campaigns::Runner> runner;
  std::unique_ptr<campaigns::Timetable> timetable;
  std::unique_ptr<campaigns::RunLedger> ledger;
  bounces::BounceRules bounce_rules;
  std::unique_ptr<bounces::Classifier> classifier;
  std::unique_ptr<effects::BounceSuppressor> suppressor;
  effects::VolumeCounter volumes;
  std::unique_ptr<effects::MailEffects> effects;
  std::unique_ptr<engagement::VisitQueue> visits;
  std::unique_ptr<engagement::TrackingPages> tracking_pages;
  std::unique_ptr<engagement::UnsubscribeHandler> unsubscribe_desk;
  webhooks::WebhookDirectory webhooks;
  std::unique_ptr<webhooks::EventQueue> event_queue;
  std::unique_ptr<effects::EventRecorder> event_recorder;
  std::unique_ptr<net::Loops> loops;
  std::unique_ptr<delivery::Outlet> outlet;
  std::unique_ptr<delivery::Engine> engine;
  std::unique_ptr<net::HttpPoster> poster;
  std::unique_ptr<webhooks::EventSender> event_sender;
  std::unique_ptr<dns::AresResolver> resolver;  // With the next two: verification by DNS only.
  std::unique_ptr<senders::DomainLookUps> look_ups;
  std::unique_ptr<senders::Rechecks> rechecks;
  std::unique_ptr<Housekeeping> housekeeping;
  std::unique_ptr<Heartbeat> heartbeat;
  std::unique_ptr<Heartbeat> task_clock;
  std::unique_ptr<net::BlockingPool> pool;
  cloudapi::ActionTable actions;
  std::unique_ptr<cloudapi::Gateway> gateway;
  std::unique_ptr<Router> router;
  std::unique_ptr<net::HttpServer> http;
  std::unique_ptr<SubmissionDoor> submission;
  std::unique_ptr<ReturnDoor> returns;  // Only with bounces.listen.
  std::string endpoint;
  bool stopped = false;

  Status open_store(const Settings& settings, std::optional<accounts::KeyPair> given);
  Status open_mail(const Settings& settings);
  Status open_webhooks(const Settings& settings);
  Status open_dns(const Settings& settings);
  Status open_api(const Settings& settings);
  Status open_submission(const Settings& settings);
  Status open_returns(const Settings& settings);
  void wake_delivery();
};

Status Server::Parts::open_store(const Settings& settings, std::optional<accounts::KeyPair> given) {
  umask(S_IRWXG | S_IRWXO);  // Addresses and keys are nobody else's to read.
  std::error_code fault;
  const std::string data_dir = settings.get<ServerSettings>().data_dir;
  std::filesystem::create_directories(data_dir, fault);
  if (fault) return Error("server.data_dir").with("path", data_dir).with("problem", fault.message());
  Result<accounts::SecretBox> box = accounts::SecretBox::open(data_dir, random);
  if (!box) return std::move(box).error();
  secrets = std::make_unique<accounts::SecretBox>(std::move(*box));
  tokens = std::make_unique<accounts::SessionTokens>(*secrets, keyring);
  auto opened = open_database(settings, clock);
  if (!opened) return std::move(opened).error();
  database = std::move(*opened);
  auto first =
      accounts::ensure_first_credential(*database, *secrets, random, clock.now_ms(), std::move(given));
  if (!first) return std::move(first).error();
  first_credential = std::move(*first);
  return accounts::load_keyring(*database, *secrets, keyring);
}

Status Server::Parts::open_mail(const Settings& settings) {
  Result<bounces::BounceRules> rules = server::bounce_rules(settings);
  if (!rules) return std::move(rules).error();
  bounce_rules = std::move(*rules);
  classifier = std::make_unique<bounces::Classifier>(bounce_rules);
  auto opened = audience::Uploads::open(*database, clock, random, settings.get<audience::GroupOptions>());
  if (!opened) return std::move(opened).error();
  uploads = std::move(*opened);
  merger = std::make_unique<audience::Merger>(*database, *uploads);
  mail_tokens = std::make_unique<content::MailTokens>(secrets->derive_key("mail tokens"));
  signers = std::make_unique<senders::SignerCache>(*secrets);
  const auto suppression = settings.get<audience::SuppressionRules>();
  suppression_filter = std::make_unique<campaigns::SuppressionFilter>(suppression);
  frequency_filter = open_frequency_filter(settings, random);
  gate = campaigns::MailFilters({suppression_filter.get(), frequency_filter.get()});
  event_queue = std::make_unique<webhooks::EventQueue>(
      webhooks, clock, settings.get<webhooks::EventQueueOptions>().waiting_max);
  event_recorder = std::make_unique<effects::EventRecorder>(*event_queue, *classifier);
  const std::vector<messages::SendObserver*> observers{&volumes, event_recorder.get()};
  send_intake = std::make_unique<campaigns::SendIntake>(gate, daily_quota(settings), random, observers,
                                                        settings.get<senders::Tracking>());
  links = std::make_unique<content::Links>(*mail_tokens, public_url(settings), bounce_domain(settings));
  const campaigns::ComposeContext context{signers.get(), links.get()};
  runner = std::make_unique<campaigns::Runner>(*database, context, clock,
                                               campaigns::Runner::Rules{gate, daily_quota(settings)});
  timetable =
      std::make_unique<campaigns::Timetable>(*database, random, clock, settings.get<senders::Tracking>());
  ledger = std::make_unique<campaigns::RunLedger>(clock);
  suppressor = std::make_unique<effects::BounceSuppressor>(suppression, *classifier, clock);
  effects = std::make_unique<effects::MailEffects>(
      effects::MailEffects::Parts{*event_queue, suppression, clock, settings.get<effects::VisitOptions>()});
  visits = std::make_unique<engagement::VisitQueue>(*database, *effects);
  tracking_pages = std::make_unique<engagement::TrackingPages>(*mail_tokens, *visits, clock);
  unsubscribe_desk = std::make_unique<engagement::UnsubscribeHandler>(
      engagement::UnsubscribeHandler::Parts{*database, *mail_tokens, *effects, clock});
  loops = std::make_unique<net::Loops>(loop_count(settings));
  auto way_out = open_outlet(settings, *loops, clock, random);
  if (!way_out) return std::move(way_out).error();
  outlet = std::move(*way_out);
  delivery::EngineParts parts{*database,
                              clock,
                              random,
                              *outlet,
                              *runner,
                              {runner.get()},
                              {ledger.get(), suppressor.get(), &volumes, event_recorder.get()},
                              settings.get<delivery::RetryPolicy>(),
                              engine_limits(settings)};
  engine = std::make_unique<delivery::Engine>(std::move(parts));
  loops->start();
  merger->wake();
  engine->start();
  return Done{};
}

Status Server::Parts::open_webhooks(const Settings& settings) {
  auto enabled = database->get<std::vector<webhooks::Webhook>>(
      [](storage::Reader& reader) -> Result<std::vector<webhooks::Webhook>> {
        return webhooks::enabled_webhooks(reader);
      });
  if (!enabled) return std::move(enabled).error();
  webhooks.set(std::move(*enabled));
  poster = std::make_unique<net::HttpPoster>(settings.get<webhooks::PostingOptions>());
  event_sender = std::make_unique<webhooks::EventSender>(
      *database, *secrets, webhooks, clock,
      [this](net::HttpPost post, net::HttpPoster::Done done) {
        poster->post(std::move(post), std::move(done));
      },
      settings.get<webhooks::EventSenderOptions>());
  event_sender->start();
  return Done{};
}

Status Server::Parts::open_dns(const Settings& settings) {
  if (!verifies_by_dns(settings)) return Done{};
  auto started = dns::AresResolver::start(settings.get<dns::AresOptions>());
  if (!started) return settings.refusal("dns.resolver", "ADDRESS:PORT; the address in digits");
  resolver = std::move(*started);
  look_ups = std::make_unique<senders::DomainLookUps>(*database, *resolver, clock, domain_options(settings));
  rechecks = std::make_unique<senders::Rechecks>(*database, *look_ups, clock, random,
                                                 settings.get<senders::RecheckOptions>());
  return Done{};
}

void Server::Parts::wake_delivery() {
  runner->notice();
  engine->wake();
}

Status Server::Parts::open_api(const Settings& settings) {
  actions::Rooms rooms{*secrets,
                       keyring,
                       *tokens,
                       *uploads,
                       *merger,
                       random,
                       *send_intake,
                       webhooks,
                       *classifier,
                       *database,
                       [this] { wake_delivery(); }};
  fill_rooms(settings, rooms);
  rooms.look_ups = look_ups.get();
  actions::add_actions(actions, rooms);
  pool = std::make_unique<net::BlockingPool>(loop_count(settings), kPoolQueue);
  const cloudapi::GatewayParts gateway_parts{actions, keyring, *tokens, *database, *pool, clock, random};
  gateway = std::make_unique<cloudapi::Gateway>(gateway_parts, gateway_options(settings));
  router = std::make_unique<Router>(*gateway);
  router->add(content::Links::kUnsubscribePath, *unsubscribe_desk);
  router->add(engagement::TrackingPages::kPrefix, *tracking_pages);
  Result<net::HttpServerOptions> options = http_options(settings);
  if (!options) return std::move(options).error();
  const bool tls = options->tls.has_value();
  const std::string host =
      options->host.find(':') == std::string::npos ? options->host : "[" + options->host + "]";
  http = std::make_unique<net::HttpServer>(*loops, *router, std::move(*options));
  const Result<std::uint16_t> port = http->start();
  if (!port) return listener_error(port.error(), "listen");
  endpoint = (tls ? "https://" : "http://") + host + ":" + std::to_string(*port);
  housekeeping = std::make_unique<Housekeeping>(*database, clock, settings.get<Keeping>());
  heartbeat = std::make_unique<Heartbeat>(kHeartbeat, [this] {
    merger->wake();
    visits->tick();
    if (rechecks) rechecks->tick();
    housekeeping->tick();
  });
  task_clock = std::make_unique<Heartbeat>(kTaskClock, [this] {
    if (timetable->look()) wake_delivery();
  });
  router->set_ready(true);
  return Done{};
}

Status Server::Parts::open_submission(const Settings& settings) {
  auto opened = SubmissionDoor::open(
      settings, *loops, {*database, *send_intake, *pool, clock, random, [this] { wake_delivery(); }});
  if (!opened) return std::move(opened).error();
  submission = std::move(*opened);
  return Done{};
}

Status Server::Parts::open_returns(const Settings& settings) {
  const ReturnDoor::Parts parts{*mail_tokens, *classifier, *effects, *database, *pool, clock};
  auto opened = ReturnDoor::open(settings, *loops, parts);
  if (!opened) return std::move(opened).error();
  returns = std::move(*opened);
  return Done{};
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { stop(); }

Result<std::unique_ptr<Server>> Server::start(const Settings& settings, const Clock& clock, Random& random,
                                              std::optional<accounts::KeyPair> given_credential) {
  std::unique_ptr<Server> server(new Server(std::unique_ptr<Parts>(new Parts{clock, random})));
  Parts& parts = *server->parts_;
  keep_freed_memory();
  if (Status status = parts.open_store(settings, std::move(given_credential)); !status)
    return std::move(status).error();
  if (Status status = parts.open_webhooks(settings); !status) return std::move(status).error();
  if (Status status = parts.open_mail(settings); !status) return std::move(status).error();
  if (Status status = parts.open_dns(settings); !status) return std::move(status).error();
  if (Status status = parts.open_api(settings); !status) return std::move(status).error();
  if (Status status = parts.open_submission(settings); !status) return std::move(status).error();
  if (Status status = parts.open_returns(settings); !status) return std::move(status).error();
  log_info("server.ready", {{"endpoint", parts.endpoint},
                            {"delivery", settings.text("delivery.mode")},
                            {"data", settings.text("data_dir")}});
  return server;
}

const std::string& Server::endpoint() const { return parts_->endpoint; }

const std::optional<accounts::FirstCredential>& Server::first_credential() const {
  return parts_->first_credential;
}

void Server::stop() {
  if (parts_->stopped) return;
  parts_->stopped = true;
  if (parts_->router) parts_->router->set_ready(false);
  if (parts_->submission) parts_->submission->stop();
  if (parts_->http) parts_->http->stop();
  if (parts_->returns) parts_->returns->stop();
  if (parts_->pool) parts_->pool->stop();
  if (parts_->heartbeat) parts_->heartbeat->stop();
  if (parts_->task_clock) parts_->task_clock->stop();
  if (parts_->resolver) parts_->resolver->stop();
  if (parts_->engine) parts_->engine->stop(kDialoguePatience);
  if (parts_->visits) parts_->visits->stop();
  if (parts_->poster) parts_->poster->stop();
  if (parts_->event_sender) parts_->event_sender->stop();
  if (parts_->merger) parts_->merger->stop();
  // Its last answers resume coroutines and its last jobs use the uploads: both must still be there.
  parts_->database.reset();
  if (parts_->loops) parts_->loops->stop();
  log_info("server.stopped");
}

}  // namespace sesame::server
