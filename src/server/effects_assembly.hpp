#pragma once

#include <deque>
#include <memory>

#include "bounces/classifier.hpp"
#include "effects/event_recorder.hpp"
#include "effects/mail_effects.hpp"
#include "effects/outcome_effects.hpp"
#include "engagement/tracking_pages.hpp"
#include "engagement/unsubscribe_handler.hpp"
#include "engagement/visit_queue.hpp"
#include "server/assembly.hpp"
#include "server/renewal.hpp"
#include "server/webhook_assembly.hpp"

namespace sesame::server {

/// The effects of outcomes and later events, and the pages behind the links in mails.
struct EffectsAssembly final : Assembly {
  std::deque<bounces::BounceRules>
      bounce_rules;  // The last ones are in use; a classification may still use others.
  std::unique_ptr<bounces::Classifier> classifier;
  std::unique_ptr<effects::BounceSuppressor> suppressor;
  effects::VolumeCounter volumes;
  std::unique_ptr<effects::EventRecorder> event_recorder;
  std::unique_ptr<effects::MailEffects> mail_effects;
  std::deque<engagement::VisitorRules> visitor_rules;  // As the rules of bounces.
  std::unique_ptr<engagement::VisitQueue> visits;
  std::unique_ptr<engagement::TrackingPages> tracking_pages;
  std::unique_ptr<engagement::UnsubscribeHandler> unsubscribe_handler;

  /// Error: errors::kSettingValue.
  static Result<std::unique_ptr<EffectsAssembly>> open(const Settings& settings, StoreAssembly& store,
                                                       WebhookAssembly& webhooks);
  /// Classifies by these rules from now on.
  void renew(const Renewal& renewal);
  /// Writes the waiting visits.
  void stop() override;
};

}  // namespace sesame::server
