#include "server/api_assembly.hpp"

#include <utility>

#include "actions/families.hpp"
#include "console/options.hpp"
#include "server/options.hpp"
#include "server/server_settings.hpp"
#include "server/submission_options.hpp"

namespace sesame::server {

namespace {

constexpr std::size_t kPoolQueue = 256;  // Heavy calls that wait for a thread; beyond it they are refused.

/// Empty where mail leaves: nothing is asked then.
cloudapi::CallChaos call_chaos(const delivery::Chaos* chaos) {
  if (chaos == nullptr) return {};
  return [chaos](std::int64_t account_id) { return chaos->answer_call(account_id); };
}

}  // namespace

Result<std::unique_ptr<ApiAssembly>> ApiAssembly::open(const Settings& settings, StoreAssembly& store,
                                                       WebhookAssembly& webhooks, EffectsAssembly& effects,
                                                       MailAssembly& mail) {
  auto opened = std::make_unique<ApiAssembly>();
  if (Status status = opened->open_look_ups(settings, store); !status) return std::move(status).error();
  auto calls = cloudapi::CallLog::open(*store.database);
  if (!calls) return std::move(calls).error();
  opened->calls = std::move(*calls);
  opened->add_actions(settings, store, webhooks, effects, mail);
  opened->pool = std::make_unique<net::BlockingPool>(loop_count(settings), kPoolQueue);
  const cloudapi::GatewayParts parts{.actions = opened->actions,
                                     .keyring = store.keyring,
                                     .tokens = *store.session_tokens,
                                     .database = *store.database,
                                     .pool = *opened->pool,
                                     .clock = store.clock,
                                     .random = store.random,
                                     .calls = opened->calls.get(),
                                     .audit = store.audit.get(),
                                     .chaos = call_chaos(mail.chaos.get())};
  opened->gateway = std::make_unique<cloudapi::Gateway>(parts, gateway_options(settings));
  opened->router = std::make_unique<Router>(*opened->gateway, [&database = *store.database] {
    return database.can_write() ? std::string() : "a sync of the database failed: restart the program";
  });
  opened->router->add(content::Links::kUnsubscribePath, *effects.unsubscribe_handler);
  opened->router->add(engagement::TrackingPages::kPrefix, *effects.tracking_pages);
  if (Status status = opened->open_console(settings, store); !status) return std::move(status).error();
  if (Status status = opened->listen(settings, store); !status) return std::move(status).error();
  return opened;
}

Status ApiAssembly::open_console(const Settings& settings, StoreAssembly& store) {
  if (!settings.get<console::ConsoleOptions>().enabled) return Done{};
  auto made = ConsoleService::open(settings, store, *gateway, *calls);
  if (!made) return std::move(made).error();
  console = std::move(*made);
  if (!console->listens_alone()) router->add_console(console::Console::kPath, console->handler());
  return Done{};
}

Status ApiAssembly::open_look_ups(const Settings& settings, StoreAssembly& store) {
  server_queries = std::make_unique<dns::AresQueries>(settings.get<dns::AresOptions>().server);
  domain_checks = std::make_unique<senders::DomainChecks>(*store.database, *server_queries, store.clock,
                                                          domain_options(settings),
                                                          settings.get<senders::CheckOptions>());
  if (!verifies_by_dns(settings)) return Done{};
  auto started = start_resolver(settings);
  if (!started) return std::move(started).error();
  resolver = std::move(*started);
  look_ups = std::make_unique<senders::DomainLookUps>(*store.database, *resolver, store.clock,
                                                      domain_options(settings));
  return Done{};
}

void ApiAssembly::add_actions(const Settings& settings, StoreAssembly& store, WebhookAssembly& webhooks,
                              EffectsAssembly& effects, MailAssembly& mail) {
  const auto accounts = settings.get<accounts::AccountOptions>();
  const auto rules = settings.get<actions::ContentRules>();
  const auto tracking = settings.get<senders::Tracking>();
  const auto wake_delivery = [&mail] { mail.wake(); };

  actions::add_group_actions(actions, {*store.merger, settings.get<audience::GroupOptions>()});
  actions::add_upload_actions(actions, {*store.uploads, *store.merger});
  actions::add_import_actions(
      actions, {*store.database, *store.uploads, *store.merger, settings.get<audience::GroupOptions>()});
  actions::add_domain_actions(actions, {.database = *store.database,
                                        .secrets = *store.secrets,
                                        .look_ups = look_ups.get(),
                                        .options = domain_options(settings),
                                        .reputation = settings.get<senders::Reputation>(),
                                        .marks = &mail.marks});
  actions::add_sender_actions(actions, {*store.database, settings.get<senders::AddressOptions>()});
  actions::add_unsubscribe_actions(actions, rules);
  actions::add_tracking_actions(actions, {tracking, !public_url(settings).empty()});
  actions::add_template_actions(actions, settings.get<content::TemplateOptions>());
  actions::add_template_check_actions(actions,
                                      {*mail.links, settings.get<content::TemplateOptions>(), rules});
  actions::add_send_email_action(actions, {*mail.send_intake, rules, wake_delivery});
  const auto standstill = [&mail] { return mail.standstill(); };
  const auto passed_over = [&mail] { return mail.runner->passed_over(); };
  actions::add_task_actions(actions, {store.random, rules, tracking, wake_delivery, standstill, passed_over});
  dry_runs = std::make_unique<campaigns::DryRunJobs>(*store.database, store.clock, store.random);
  actions::add_task_check_action(actions, {.jobs = *dry_runs,
                                           .keyring = store.keyring,
                                           .filters = mail.filters->all,
                                           .links = *mail.links,
                                           .quota = daily_quota(settings),
                                           .rules = rules,
                                           .tracking = tracking,
                                           .standstill = standstill});
  actions::add_task_recipients_action(actions, {*effects.classifier, standstill});
  actions::add_mail_actions(
      actions, {*effects.classifier, mail.filters->all, suppression_rules(settings), standstill});
  actions::add_queue_actions(actions);
  actions::add_pause_actions(actions, {wake_delivery});
  actions::add_sweep_actions(actions, {wake_delivery, mail.direct});
  const actions::SiteParts sites{
      .outlet = mail.direct, .wake_delivery = wake_delivery, .reload_rules = [&mail] {
        std::vector<std::string> faults = mail.rule_files.reload(mail.rules.get());
        return actions::RuleReload{mail.rules && faults.empty(), std::move(faults)};
      }};
  actions::add_site_actions(actions, sites);
  actions::add_hold_actions(actions, sites);
  actions::add_destination_action(actions, sites);
  actions::add_rule_actions(actions, sites);
  actions::add_simulate_action(
      actions, {*store.database, *effects.mail_effects, *webhooks.queue, *effects.classifier});
  actions::add_identity_actions(actions, {*domain_checks, domain_options(settings), mail.marks});
  port_check = std::make_unique<delivery::PortCheck>(*store.loops, store.clock,
                                                     settings.get<delivery::PortCheckOptions>());
  actions::add_port_check_action(actions, *port_check);
  actions::add_chaos_actions(actions, {mail.chaos.get()});
  actions::add_health_action(actions, {.database = *store.database,
                                       .data_dir = settings.get<ServerSettings>().data_dir,
                                       .mode = settings.get<ServerSettings>().mode,
                                       .standstill = standstill,
                                       .waits_for_clock = [&mail] { return mail.engine->waits_for_clock(); },
                                       .passed_over = passed_over});
  actions::add_call_actions(actions, *calls);
  actions::add_status_action(actions, settings.get<actions::StatusOptions>());
  actions::add_suppression_actions(
      actions, {suppression_rules(settings), settings.get<audience::CustomBlockOptions>()});
  actions::add_recipient_check_action(
      actions, {mail.filters->all, *effects.classifier, suppression_rules(settings), mail.marks});
  actions::add_unsubscribe_list_actions(actions, domain_options(settings));
  actions::add_statistics_actions(actions);
  actions::add_returned_mail_actions(actions);
  actions::add_inbox_actions(actions);
  actions::add_account_actions(actions, {store.random, accounts});
  actions::add_limit_actions(actions, {settings.get<audience::GroupOptions>(),
                                       settings.get<cloudapi::GatewayOptions>().requests_per_second,
                                       submission_addresses(settings)});
  actions::add_credential_actions(actions, {.secrets = *store.secrets,
                                            .keyring = store.keyring,
                                            .tokens = *store.session_tokens,
                                            .random = store.random,
                                            .options = accounts});
  actions::add_user_actions(actions, {store.random});
  actions::add_audit_action(actions);
  actions::add_classify_action(actions, *effects.classifier);
  actions::add_webhook_actions(actions, {*store.secrets, webhooks.directory, store.random});
}

Status ApiAssembly::listen(const Settings& settings, StoreAssembly& store) {
  Result<net::HttpServerOptions> options = http_options(settings);
  if (!options) return std::move(options).error();
  const bool tls = options->tls.has_value();
  const std::string host =
      options->host.find(':') == std::string::npos ? options->host : "[" + options->host + "]";
  http = std::make_unique<net::HttpServer>(*store.loops, *router, std::move(*options));
  const Result<std::uint16_t> port = http->start();
  if (!port) return listener_error(port.error(), "listen").with("flag", "--listen");
  endpoint = (tls ? "https://" : "http://") + host + ":" + std::to_string(*port);
  return console ? console->listen(settings, store, endpoint) : Status(Done{});
}

void ApiAssembly::renew_tls(const net::TlsContext& fresh) {
  http->renew_tls(fresh);
  if (console) console->renew_tls(fresh);
}

void ApiAssembly::close() {
  if (console) console->close();  // Its event streams end by themselves, before their connections.
  http->close();
}

void ApiAssembly::stop() {
  http->stop();
  if (console) console->stop();
  dry_runs->close();
  pool->stop();
  calls->stop();
  if (resolver) resolver->stop();
  server_queries->stop();
}

}  // namespace sesame::server
