#include "server/mail_assembly.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "base/log.hpp"
#include "campaigns/mode_change.hpp"
#include "delivery/direct_outlet.hpp"
#include "delivery/relay_outlet.hpp"
#include "delivery/sandbox_outlet.hpp"
#include "delivery/split_outlet.hpp"
#include "messages/queues.hpp"
#include "server/direct_options.hpp"
#include "server/options.hpp"
#include "server/server_settings.hpp"
#include "shaping/path_rows.hpp"

namespace sesame::server {

namespace {

constexpr std::chrono::seconds kDialoguePatience{10};
constexpr std::size_t kPathsRemembered = 50'000;

Status enter_mode(const Settings& settings, storage::Database& database, std::int64_t now_ms) {
  const bool sandbox = settings.get<ServerSettings>().mode == delivery::Mode::sandbox;
  return database.write_and_wait(storage::Priority::interactive, [=](storage::Writer& writer) -> Status {
    const campaigns::KeptInSandbox kept = campaigns::enter_mode(writer, sandbox, now_ms);
    if (kept.tasks == 0 && kept.mails == 0) return Done{};
    log_warning("delivery.kept_in_sandbox",
                {{"tasks", kept.tasks},
                 {"mails", kept.mails},
                 {"help",
                  "they were ordered while no mail left, and go into the sandbox inbox; to mail the "
                  "recipients, order them again"}});
    return Done{};
  });
}

/// Puts waiting mail of an older version into queues; at later starts there is none.
Status assign_queues(storage::Database& database) {
  constexpr std::size_t kTogether = 5'000;
  std::size_t assigned = 0;
  for (bool more = true; more;) {
    const Result<std::size_t> done =
        database.change<std::size_t>(storage::Priority::bulk, [](storage::Writer& writer) {
          return Result<std::size_t>(messages::assign_queues(writer, kTogether));
        });
    if (!done) return done.error();
    assigned += *done;
    more = *done == kTogether;
  }
  if (assigned > 0) log_info("server.waiting_mail_queued", {{"mails", assigned}});
  return Done{};
}

}  // namespace

RecipientFilters::RecipientFilters(const Settings& settings, Random& random,
                                   const senders::SandboxMarks& marks)
    : suppression(suppression_rules(settings), &marks),
      frequency(settings.get<campaigns::FrequencyOptions>().mails_per_address_hour, random) {}

Result<std::unique_ptr<MailAssembly>> MailAssembly::open(const Settings& settings, StoreAssembly& store,
                                                         EffectsAssembly& effects) {
  auto opened = std::make_unique<MailAssembly>();
  opened->rule_files.set(settings.get<shaping::RuleOptions>().files);
  // First of all: a setting that is refused leaves the database as it was.
  if (Status status = opened->open_outlet(settings, store, effects); !status)
    return std::move(status).error();
  auto marked = store.database->get<senders::SandboxMarks::Domains>([](storage::Reader& reader) {
    return Result<senders::SandboxMarks::Domains>(senders::marked_domains(reader));
  });
  if (!marked) return std::move(marked).error();
  opened->marks.set(std::move(*marked));
  if (Status status = enter_mode(settings, *store.database, store.clock.now_ms()); !status)
    return std::move(status).error();
  if (Status status = assign_queues(*store.database); !status) return std::move(status).error();
  opened->open_campaigns(settings, store, effects);
  opened->open_delivery(settings, store, effects);
  opened->engine->start();
  return opened;
}

void MailAssembly::open_campaigns(const Settings& settings, StoreAssembly& store, EffectsAssembly& effects) {
  const auto tracking = settings.get<senders::Tracking>();
  links = std::make_unique<content::Links>(*store.mail_tokens, public_url(settings), bounce_domain(settings),
                                           &store.clock);
  signers = std::make_unique<senders::SignerCache>(*store.secrets);
  filters = std::make_unique<RecipientFilters>(settings, store.random, marks);
  const std::vector<messages::SendObserver*> observers{&effects.volumes, effects.event_recorder.get()};
  send_intake = std::make_unique<campaigns::SendIntake>(filters->all, daily_quota(settings), store.random,
                                                        observers, tracking);
  const campaigns::ComposeContext context{signers.get(), &store.clock, links.get()};
  changes = std::make_unique<messages::Changes>(*store.database);
  admission = std::make_unique<messages::PausingAdmission>(*store.database, *changes, store.clock,
                                                           outlet->admission());
  runner = std::make_unique<campaigns::Runner>(
      *store.database, context, *changes,
      campaigns::Runner::Rules{filters->all, daily_quota(settings), admission.get()});
  hold_ = &store.hold;
  timetable = std::make_unique<campaigns::Timetable>(*store.database, store.random, store.clock, tracking,
                                                     &store.hold);
}

Status MailAssembly::open_outlet(const Settings& settings, StoreAssembly& store,
                                 const EffectsAssembly& effects) {
  const std::int64_t inbox_mails = settings.get<delivery::SandboxOptions>().inbox_mails;
  if (settings.get<ServerSettings>().mode == delivery::Mode::sandbox) {
    chaos = std::make_unique<delivery::Chaos>(store.clock, store.random);
    outlet = std::make_unique<delivery::SandboxOutlet>(inbox_mails, store.clock, chaos.get());
    return Done{};
  }
  Result<std::unique_ptr<delivery::Outlet>> leaving = open_leaving(settings, store, effects);
  if (!leaving) return std::move(leaving).error();
  auto sandbox = std::make_unique<delivery::SandboxOutlet>(inbox_mails, store.clock);
  const auto marked = [this](const delivery::DueDraft& draft) {
    return marks.contains_sender(draft.scope, draft.from_address);
  };
  outlet = std::make_unique<delivery::SplitOutlet>(std::move(*leaving), std::move(sandbox), marked);
  return Done{};
}

/// The outlet of mail that leaves this machine.
Result<std::unique_ptr<delivery::Outlet>> MailAssembly::open_leaving(const Settings& settings,
                                                                     StoreAssembly& store,
                                                                     const EffectsAssembly& effects) {
  if (settings.get<ServerSettings>().mode == delivery::Mode::relay) {
    Result<delivery::RelayOptions> options = relay_options(settings);
    if (!options) return std::move(options).error();
    return std::unique_ptr<delivery::Outlet>(std::make_unique<delivery::RelayOutlet>(
        std::move(*options), *store.loops, store.clock, store.random));
  }
  Result<delivery::DirectOptions> options = direct_options(settings);
  if (!options) return std::move(options).error();
  auto shaping_rules = delivery_rules(settings);
  if (!shaping_rules) return std::move(shaping_rules).error();
  rules = std::make_shared<shaping::RulesInForce>(std::move(*shaping_rules));
  Result<std::unique_ptr<RouteAssembly>> opened = RouteAssembly::open(settings, store, rules);
  if (!opened) return std::move(opened).error();
  routes = std::move(*opened);
  delivery::DirectOutlet::RouteSource source{
      .find = [&found = *routes->routes](std::string_view domain,
                                         auto answer) { found.find(domain, std::move(answer)); },
      .known = [&found = *routes->routes](std::string_view domain) { return found.known(domain); }};
  Result<delivery::ShapeSource> shapes = open_shapes(store, *effects.classifier);
  if (!shapes) return std::move(shapes).error();
  auto made = std::make_unique<delivery::DirectOutlet>(
      std::move(*options), std::move(source), std::move(*shapes), *store.loops, store.clock, store.random);
  direct = made.get();
  return std::unique_ptr<delivery::Outlet>(std::move(made));
}

/// The rules of paths, what was learned of them, and the way in which it is kept.
Result<delivery::ShapeSource> MailAssembly::open_shapes(StoreAssembly& store,
                                                        const bounces::Classifier& classifier) const {
  auto remembered = store.database->get<shaping::PathMemories>([](storage::Reader& reader) {
    return Result<shaping::PathMemories>(shaping::read_paths(reader, kPathsRemembered));
  });
  if (!remembered) return std::move(remembered).error();
  auto keep = [&database = *store.database,
               &clock = store.clock](const std::function<shaping::PathMemories()>& newest) {
    const Status status =
        database.write_and_wait(storage::Priority::bulk, [&](storage::Writer& writer) -> Status {
          shaping::write_paths(writer, newest(), clock.now_ms());
          return Done{};
        });
    if (!status) log_warning("delivery.paths_not_kept", {{"reason", status.error().reason()}});
    return status.ok();
  };
  return delivery::ShapeSource{rules, routes->sources, &classifier, std::move(*remembered), std::move(keep)};
}

void MailAssembly::open_delivery(const Settings& settings, StoreAssembly& store, EffectsAssembly& effects) {
  ledger = std::make_unique<campaigns::RunLedger>(store.clock);
  delivery::EngineParts parts{
      .database = *store.database,
      .clock = store.clock,
      .random = store.random,
      .changes = *changes,
      .outlet = *outlet,
      .maker = *runner,
      .sources = {runner.get()},
      .sinks = {ledger.get(), effects.suppressor.get(), &effects.volumes, effects.event_recorder.get()},
      .retry = settings.get<delivery::RetryPolicy>(),
      .limits = engine_limits(settings),
      .hold = &store.hold,
      .admission = admission.get()};
  engine = std::make_unique<delivery::Engine>(std::move(parts));
}

void MailAssembly::renew(const Renewal& renewal) {
  rule_files.set(renewal.delivery_rule_files);
  // A server that was started in another mode has none; the mode itself changes with a restart.
  if (rules && renewal.delivery_rules) rules->set(renewal.delivery_rules);
}

void MailAssembly::refuse_renewal(const Error& error) {
  const bool about_rules = std::ranges::any_of(error.facts(), [](const Error::Fact& fact) {
    return std::string_view(fact.name) == "key" && fact.value == "delivery.rules";
  });
  if (rules && about_rules) rules->refused();
}

void MailAssembly::wake() {
  runner->notice();
  engine->wake();
}

void MailAssembly::tick() {
  if (routes) routes->tick();
  outlet->tick();
}

std::optional<messages::Standstill> MailAssembly::standstill() const {
  if (const std::int64_t since_ms = hold_->since_ms(); since_ms != 0)
    return messages::Standstill{messages::WaitingReason::held, since_ms, ""};
  if (auto trouble = outlet->trouble())
    return messages::Standstill{messages::WaitingReason::relay_unreachable, trouble->since_ms,
                                std::move(trouble->text)};
  if (const auto slow_since_ms = outlet->slow_since_ms())
    return messages::Standstill{messages::WaitingReason::relay_slow, *slow_since_ms, ""};
  return std::nullopt;
}

void MailAssembly::stop() {
  engine->stop(kDialoguePatience);
  if (routes) routes->stop();
}

}  // namespace sesame::server
