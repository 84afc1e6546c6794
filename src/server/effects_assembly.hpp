#pragma once

#include <memory>

#include "bounces/classifier.hpp"
#include "effects/event_recorder.hpp"
#include "effects/mail_effects.hpp"
#include "effects/outcome_effects.hpp"
#include "engagement/tracking_pages.hpp"
#include "engagement/unsubscribe_handler.hpp"
#include "engagement/visit_queue.hpp"
#include "server/assembly.hpp"
#include "server/webhook_assembly.hpp"

namespace sesame::server {

/// The effects of outcomes and later events, and the pages behind the links in mails.
struct EffectsAssembly final : Assembly {
  bounces::BounceRules bounce_rules;
  std::unique_ptr<bounces::Classifier> classifier;
  std::unique_ptr<effects::BounceSuppressor> suppressor;
  effects::VolumeCounter volumes;
  std::unique_ptr<effects::EventRecorder> event_recorder;
  std::unique_ptr<effects::MailEffects> mail_effects;
  std::unique_ptr<engagement::VisitQueue> visits;
  std::unique_ptr<engagement::TrackingPages> tracking_pages;
  std::unique_ptr<engagement::UnsubscribeHandler> unsubscribe_handler;

  /// Error: bounces::errors::kRules.
  static Result<std::unique_ptr<EffectsAssembly>> open(const Settings& settings, StoreAssembly& store,
                                                       WebhookAssembly& webhooks);
  /// Writes the waiting visits.
  void stop() override;
};

}  // namespace sesame::server
