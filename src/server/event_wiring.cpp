#include "server/event_wiring.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace sesame::server {

namespace {

std::optional<effects::EventKind> kind_of(const messages::Outcome& outcome) {
  if (outcome.repeated()) return std::nullopt;
  switch (outcome.status) {
    case messages::DeliverStatus::delivered:
      return effects::EventKind::delivered;
    case messages::DeliverStatus::dropped:
      return effects::EventKind::dropped;
    case messages::DeliverStatus::refused:
      return effects::EventKind::bounce;
    case messages::DeliverStatus::deferred:
      return effects::EventKind::deferred;
    case messages::DeliverStatus::waiting:
      return std::nullopt;
  }
  return std::nullopt;
}

accounts::MailId ref_of(const messages::Outcome& outcome) {
  const auto kind = outcome.key.kind == messages::MessageKey::run ? accounts::MailId::Kind::run
                                                                  : accounts::MailId::Kind::send;
  return {outcome.scope.account_id, kind, outcome.key.parent_id, outcome.key.ordinal};
}

}  // namespace

void EventSink::record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) {
  std::vector<effects::Event> events;
  for (const messages::Outcome& outcome : outcomes) {
    const auto kind = kind_of(outcome);
    if (!kind || !queue_.wants(outcome.scope, outcome.from_address, *kind)) continue;
    auto mail = book_.find(writer, ref_of(outcome));
    if (!mail) continue;
    effects::Event event;
    event.kind = *kind;
    event.mail = std::move(*mail);
    event.happened_ms = outcome.happened_ms;
    event.reason = outcome.text;
    event.hard = event.kind == effects::EventKind::bounce && outcome.about_recipient &&
                 bounces::is_hard(classifier_.classify_reply(outcome.text).bounce_class);
    events.push_back(std::move(event));
  }
  if (!events.empty()) queue_.queue(writer, events);
}

void EventTray::put(storage::Writer& writer, const campaigns::NewSend& send,
                    const campaigns::StoredSend& stored, std::span<const campaigns::Verdict> verdicts) {
  tray_.put(writer, send, stored, verdicts);
  if (!queue_.wants(send.scope, send.from_address, effects::EventKind::dropped)) return;
  std::vector<effects::Event> events;
  for (std::uint32_t ordinal = 0; ordinal < verdicts.size(); ++ordinal) {
    const campaigns::Verdict& verdict = verdicts[ordinal];
    if (!verdict.withheld()) continue;
    auto mail = book_.find(writer, {send.scope.account_id, accounts::MailId::Kind::send, stored.id, ordinal});
    if (!mail) continue;
    effects::Event& event = events.emplace_back();
    event.kind = effects::EventKind::dropped;
    event.mail = std::move(*mail);
    event.happened_ms = send.now_ms;
    event.reason = verdict.because;
  }
  if (!events.empty()) queue_.queue(writer, events);
}

}  // namespace sesame::server
