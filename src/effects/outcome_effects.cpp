#include "effects/outcome_effects.hpp"

#include <vector>

#include "base/beijing_time.hpp"
#include "effects/volumes.hpp"

namespace sesame::effects {

namespace {

Volume volume_of(const messages::Outcome& outcome) {
  Volume volume;
  if (outcome.repeated()) return volume;
  if (!outcome.before) {
    const bool dropped = outcome.status == messages::DeliverStatus::dropped;
    volume.requested = 1;
    volume.accepted = outcome.send_status != 0 || dropped ? 0 : 1;
  }
  volume.delivered = outcome.status == messages::DeliverStatus::delivered ? 1 : 0;
  volume.bounced = outcome.status == messages::DeliverStatus::refused ? 1 : 0;
  return volume;
}

VolumeChange change_of(const messages::Envelope& mail, const Volume& volume) {
  return {mail.scope, beijing_day(mail.requested_ms), counted_domain(mail.from_address),
          counted_domain(mail.to_address), volume};
}

}  // namespace

void BounceSuppressor::record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) {
  std::vector<audience::NewHardBounce> bounces;
  for (const messages::Outcome& outcome : outcomes) {
    if (outcome.status != messages::DeliverStatus::refused || outcome.repeated()) continue;
    if (!outcome.about_recipient || !bounces::suppresses(classifier_.classify_reply(outcome.text))) continue;
    // A reply that no server gave concerns no other account.
    bounces.push_back({outcome.scope, outcome.to_address, outcome.text, outcome.happened_ms,
                       !outcome.simulated, outcome.simulated});
  }
  if (!bounces.empty()) audience::record_hard_bounces(writer, bounces, rules_, clock_.now_ms());
}

void VolumeCounter::record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) {
  std::vector<VolumeChange> changes;
  changes.reserve(outcomes.size());
  for (const messages::Outcome& outcome : outcomes) {
    const Volume volume = volume_of(outcome);
    if (volume != Volume{}) changes.push_back(change_of(outcome, volume));
  }
  add_volumes(writer, changes);
}

void VolumeCounter::accepted(storage::Writer& writer, std::span<const messages::NewMessage> messages) {
  std::vector<VolumeChange> changes;
  changes.reserve(messages.size());
  for (const messages::NewMessage& message : messages) {
    Volume volume;
    volume.requested = 1;
    volume.accepted = message.withheld() ? 0 : 1;
    changes.push_back(change_of(message, volume));
  }
  add_volumes(writer, changes);
}

}  // namespace sesame::effects
