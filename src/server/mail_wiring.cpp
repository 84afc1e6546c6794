#include "server/mail_wiring.hpp"

#include <utility>

#include "base/beijing_time.hpp"
#include "campaigns/ledger.hpp"
#include "campaigns/sends.hpp"
#include "effects/volumes.hpp"
#include "messages/rows.hpp"

namespace sesame::server {

namespace {

campaigns::LetterKey to_letter(const messages::MessageKey& key) {
  const auto kind = key.kind == messages::MessageKey::run ? campaigns::LetterKey::Kind::run
                                                          : campaigns::LetterKey::Kind::send;
  return {kind, key.parent_id, key.ordinal};
}

messages::MessageKey to_message(const campaigns::LetterKey& key) {
  const auto kind =
      key.kind == campaigns::LetterKey::Kind::run ? messages::MessageKey::run : messages::MessageKey::send;
  return {kind, key.parent_id, key.ordinal};
}

std::vector<messages::Draft> to_drafts(std::vector<campaigns::OutgoingLetter> letters) {
  std::vector<messages::Draft> drafts;
  drafts.reserve(letters.size());
  for (campaigns::OutgoingLetter& letter : letters) {
    messages::Draft& draft = drafts.emplace_back();
    draft.key = to_message(letter.key);
    draft.scope = std::move(letter.scope);
    draft.message_id = std::move(letter.message_id);
    draft.from_address = std::move(letter.from_address);
    draft.to_address = std::move(letter.to_address);
    draft.requested_ms = letter.requested_ms;
    draft.send_status = letter.send_status;
    draft.withheld_because = std::move(letter.withheld_because);
    draft.compose = std::move(letter.compose);
  }
  return drafts;
}

campaigns::LedgerState to_state(const messages::Outcome& outcome) {
  if (outcome.send_status != 0) return campaigns::LedgerState::withheld;
  switch (outcome.status) {
    case messages::DeliverStatus::delivered:
      return campaigns::LedgerState::delivered;
    case messages::DeliverStatus::dropped:
      return campaigns::LedgerState::dropped;
    case messages::DeliverStatus::refused:
      return campaigns::LedgerState::refused;
    case messages::DeliverStatus::deferred:
    case messages::DeliverStatus::waiting:
      return campaigns::LedgerState::deferred;
  }
  return campaigns::LedgerState::deferred;
}

/// A mail is asked for when its row appears: of a send with the call, of a run with its first outcome.
effects::Volume volume_of(const messages::Outcome& outcome) {
  effects::Volume volume;
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

void enqueue(storage::Writer& writer, const campaigns::NewSend& send, const campaigns::StoredSend& stored,
             std::span<const campaigns::Verdict> verdicts) {
  std::vector<messages::NewMessage> messages;
  for (std::uint32_t ordinal = 0; ordinal < stored.envelopes.size(); ++ordinal) {
    messages::NewMessage& message = messages.emplace_back();
    message.key = {messages::MessageKey::Kind::send, stored.id, ordinal};
    message.scope = send.scope;
    message.message_id = stored.message_id;
    message.from_address = send.from_address;
    message.to_address = stored.envelopes[ordinal];
    message.requested_ms = send.now_ms;
    message.send_status = verdicts[ordinal].send_status;
    message.withheld_because = verdicts[ordinal].because;
  }
  messages::enqueue(writer, messages);
}

void count_requests(storage::Writer& writer, const campaigns::NewSend& send,
                    const campaigns::StoredSend& stored, std::span<const campaigns::Verdict> verdicts) {
  const std::string sender = effects::counted_domain(send.from_address);
  std::vector<effects::VolumeChange> changes;
  for (std::size_t i = 0; i < stored.envelopes.size(); ++i) {
    effects::Volume volume;
    volume.requested = 1;
    volume.accepted = verdicts[i].withheld() ? 0 : 1;
    changes.push_back(
        {send.scope, beijing_day(send.now_ms), sender, effects::counted_domain(stored.envelopes[i]), volume});
  }
  effects::add_volumes(writer, changes);
}

}  // namespace

std::vector<messages::Draft> RunSource::take(std::size_t room) { return to_drafts(runner_.take(room)); }

Result<std::vector<messages::Draft>> CampaignDesk::drafts(std::span<const messages::MessageKey> keys) {
  std::vector<campaigns::LetterKey> wanted;
  wanted.reserve(keys.size());
  for (const messages::MessageKey& key : keys) wanted.push_back(to_letter(key));
  Result<std::vector<campaigns::OutgoingLetter>> letters = runner_.letters(wanted);
  if (!letters) return std::move(letters).error();
  return to_drafts(std::move(*letters));
}

void LedgerSink::record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) {
  std::vector<campaigns::LedgerEntry> entries;
  std::vector<std::int64_t> closed_sends;
  for (const messages::Outcome& outcome : outcomes) {
    if (outcome.key.kind == messages::MessageKey::run) {
      entries.push_back({outcome.key.parent_id, outcome.key.ordinal, to_state(outcome)});
    } else if (outcome.final() && !outcome.repeated()) {
      closed_sends.push_back(outcome.key.parent_id);
    }
  }
  if (!entries.empty()) campaigns::record_outcomes(writer, entries, clock_.now_ms());
  campaigns::close_envelopes(writer, closed_sends);
}

void StatisticsSink::record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) {
  std::vector<effects::VolumeChange> changes;
  changes.reserve(outcomes.size());
  for (const messages::Outcome& outcome : outcomes) {
    const effects::Volume volume = volume_of(outcome);
    if (volume == effects::Volume{}) continue;
    changes.push_back({outcome.scope, beijing_day(outcome.requested_ms),
                       effects::counted_domain(outcome.from_address),
                       effects::counted_domain(outcome.to_address), volume});
  }
  effects::add_volumes(writer, changes);
}

void SuppressionSink::record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) {
  std::vector<audience::NewHardBounce> bounces;
  for (const messages::Outcome& outcome : outcomes) {
    if (outcome.status != messages::DeliverStatus::refused || outcome.repeated()) continue;
    if (!outcome.about_recipient || !bounces::suppresses(classifier_.classify_reply(outcome.text))) continue;
    bounces.push_back({outcome.scope, outcome.to_address, outcome.text, outcome.happened_ms});
  }
  if (!bounces.empty()) audience::record_hard_bounces(writer, bounces, rules_, clock_.now_ms());
}

void DeliveryTray::put(storage::Writer& writer, const campaigns::NewSend& send,
                       const campaigns::StoredSend& stored, std::span<const campaigns::Verdict> verdicts) {
  enqueue(writer, send, stored, verdicts);
  count_requests(writer, send, stored, verdicts);
}

}  // namespace sesame::server
