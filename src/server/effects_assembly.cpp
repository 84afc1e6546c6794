#include "server/effects_assembly.hpp"

#include <utility>

#include "server/options.hpp"

namespace sesame::server {

Result<std::unique_ptr<EffectsAssembly>> EffectsAssembly::open(const Settings& settings, StoreAssembly& store,
                                                               WebhookAssembly& webhooks) {
  auto opened = std::make_unique<EffectsAssembly>();
  Result<bounces::BounceRules> rules = server::bounce_rules(settings);
  if (!rules) return std::move(rules).error();
  opened->bounce_rules.push_back(std::move(*rules));
  opened->classifier = std::make_unique<bounces::Classifier>(opened->bounce_rules.back());
  Result<engagement::VisitorRules> visitors = server::visitor_rules(settings);
  if (!visitors) return std::move(visitors).error();
  opened->visitor_rules.push_back(std::move(*visitors));
  const auto visits = settings.get<effects::VisitOptions>();
  const auto suppression = suppression_rules(settings);
  opened->suppressor =
      std::make_unique<effects::BounceSuppressor>(suppression, *opened->classifier, store.clock);
  opened->event_recorder = std::make_unique<effects::EventRecorder>(*webhooks.queue, *opened->classifier);
  opened->mail_effects = std::make_unique<effects::MailEffects>(
      effects::MailEffects::Parts{*webhooks.queue, suppression, store.clock, visits});
  opened->visits = std::make_unique<engagement::VisitQueue>(*store.database, *opened->mail_effects,
                                                            visits.machine_ms > 0 && visits.scan_ms > 0);
  opened->tracking_pages = std::make_unique<engagement::TrackingPages>(
      engagement::TrackingPages::Parts{*store.mail_tokens, store.keyring, opened->visitor_rules.back(),
                                       *opened->visits, store.clock},
      settings.get<engagement::TrackingPageOptions>());
  opened->unsubscribe_handler =
      std::make_unique<engagement::UnsubscribeHandler>(engagement::UnsubscribeHandler::Parts{
          *store.database, *store.mail_tokens, *opened->mail_effects, store.clock});
  return opened;
}

void EffectsAssembly::renew(const Renewal& renewal) {
  bounce_rules.push_back(renewal.bounce_rules);
  classifier->use(bounce_rules.back());
  visitor_rules.push_back(renewal.visitor_rules);
  tracking_pages->use(visitor_rules.back());
}

void EffectsAssembly::stop() { visits->stop(); }

}  // namespace sesame::server
