#pragma once

#include <memory>
#include <optional>

#include "campaigns/frequency_filter.hpp"
#include "campaigns/run_ledger.hpp"
#include "campaigns/runner.hpp"
#include "campaigns/send_intake.hpp"
#include "campaigns/suppression_filter.hpp"
#include "campaigns/timetable.hpp"
#include "content/links.hpp"
#include "delivery/chaos.hpp"
#include "delivery/direct_outlet.hpp"
#include "delivery/engine.hpp"
#include "messages/pausing_admission.hpp"
#include "messages/waiting_reason.hpp"
#include "senders/sandbox_marks.hpp"
#include "senders/signers.hpp"
#include "server/assembly.hpp"
#include "server/delivery_rules.hpp"
#include "server/effects_assembly.hpp"
#include "server/renewal.hpp"
#include "server/route_assembly.hpp"
#include "shaping/rules_in_force.hpp"

namespace sesame::server {

/// The filters of every mail, in the order of their checks.
struct RecipientFilters {
  RecipientFilters(const Settings& settings, Random& random, const senders::SandboxMarks& marks);

  campaigns::SuppressionFilter suppression;
  campaigns::FrequencyFilter frequency;
  campaigns::MailFilters all{{&suppression, &frequency}};
};

/// The parts that find due mail (campaigns) and move it (delivery).
struct MailAssembly final : Assembly {
  senders::SandboxMarks marks;
  std::unique_ptr<content::Links> links;
  std::unique_ptr<senders::SignerCache> signers;
  std::unique_ptr<RecipientFilters> filters;
  std::unique_ptr<campaigns::SendIntake> send_intake;
  std::unique_ptr<messages::Changes> changes;
  std::unique_ptr<messages::PausingAdmission> admission;
  std::unique_ptr<campaigns::Runner> runner;
  std::unique_ptr<campaigns::Timetable> timetable;
  std::unique_ptr<campaigns::RunLedger> ledger;
  std::unique_ptr<delivery::Chaos> chaos;        // Null where mail leaves.
  std::unique_ptr<RouteAssembly> routes;         // Set in mode direct.
  std::shared_ptr<shaping::RulesInForce> rules;  // Set in mode direct.
  RuleFiles rule_files;
  std::unique_ptr<delivery::Outlet> outlet;
  delivery::DirectOutlet* direct = nullptr;  // Set in mode direct; a part of the outlet.
  std::unique_ptr<delivery::Engine> engine;

  /// Errors: errors::kSettingValue, net::errors::kTls.
  static Result<std::unique_ptr<MailAssembly>> open(const Settings& settings, StoreAssembly& store,
                                                    EffectsAssembly& effects);
  /// Takes over the rules of mode direct. Thread: one.
  void renew(const Renewal& renewal);
  /// Says that the rules stay since a renewal was refused with this error, if it is about them. Thread: one.
  void refuse_renewal(const Error& error);
  /// Wakes the delivery for new mail or a new run on disk; quick. Thread: any.
  void wake();
  /// Ends look-ups that take too long, and forgets sites that nobody uses. Call it every few seconds. Thread:
  /// one.
  void tick();
  /// The reason that keeps the whole delivery from mailing; a hold goes before the relay. nullopt when mail
  /// leaves. Quick. Thread: any.
  std::optional<messages::Standstill> standstill() const;
  /// Finishes open dialogues and records their outcomes.
  void stop() override;

 private:
  const messages::Hold* hold_ = nullptr;

  void open_campaigns(const Settings& settings, StoreAssembly& store, EffectsAssembly& effects);
  Status open_outlet(const Settings& settings, StoreAssembly& store, const EffectsAssembly& effects);
  Result<std::unique_ptr<delivery::Outlet>> open_leaving(const Settings& settings, StoreAssembly& store,
                                                         const EffectsAssembly& effects);
  Result<delivery::ShapeSource> open_shapes(StoreAssembly& store,
                                            const bounces::Classifier& classifier) const;
  void open_delivery(const Settings& settings, StoreAssembly& store, EffectsAssembly& effects);
};

}  // namespace sesame::server
