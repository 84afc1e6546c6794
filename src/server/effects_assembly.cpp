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
  const auto suppression = settings.get<audience::SuppressionRules>();
  opened->suppressor =
      std::make_unique<effects::BounceSuppressor>(suppression, *opened->classifier, store.clock);
  opened->event_recorder = std::make_unique<effects::EventRecorder>(*webhooks.queue, *opened->classifier);
  opened->mail_effects = std::make_unique<effects::MailEffects>(effects::MailEffects::Parts{
      *webhooks.queue, suppression, store.clock, settings.get<effects::VisitOptions>()});
  opened->visits = std::make_unique<engagement::VisitQueue>(*store.database, *opened->mail_effects);
  opened->tracking_pages =
      std::make_unique<engagement::TrackingPages>(*store.mail_tokens, *opened->visits, store.clock);
  opened->unsubscribe_handler =
      std::make_unique<engagement::UnsubscribeHandler>(engagement::UnsubscribeHandler::Parts{
          *store.database, *store.mail_tokens, *opened->mail_effects, store.clock});
  return opened;
}

void EffectsAssembly::renew(const Renewal& renewal) {
  bounce_rules.push_back(renewal.bounce_rules);
  classifier->use(bounce_rules.back());
}

void EffectsAssembly::stop() { visits->stop(); }

}  // namespace sesame::server
