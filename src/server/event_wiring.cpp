#include "server/event_wiring.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace sesame::server {

namespace {

std::optional<effects::EventKind> kind_of(const delivery::Outcome& outcome) {
  if (outcome.repeated()) return std::nullopt;
  switch (outcome.status) {
    case delivery::DeliverStatus::delivered:
      return effects::EventKind::delivered;
    case delivery::DeliverStatus::dropped:
      return effects::EventKind::dropped;
    case delivery::DeliverStatus::refused:
      return effects::EventKind::bounce;
    case delivery::DeliverStatus::deferred:
      return effects::EventKind::deferred;
    case delivery::DeliverStatus::waiting:
      return std::nullopt;
  }
  return std::nullopt;
}

content::MailRef ref_of(const delivery::Outcome& outcome) {
  const auto kind = outcome.key.kind == delivery::MessageKey::run ? content::MailRef::Kind::run
                                                                  : content::MailRef::Kind::send;
  return {outcome.scope.account_id, kind, outcome.key.parent_id, outcome.key.ordinal};
}

}  // namespace

void EventSink::record(storage::Writer& writer, std::span<const delivery::Outcome> outcomes) {
  std::vector<effects::Event> events;
  for (const delivery::Outcome& outcome : outcomes) {
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
    auto mail = book_.find(writer, {send.scope.account_id, content::MailRef::Kind::send, stored.id, ordinal});
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
