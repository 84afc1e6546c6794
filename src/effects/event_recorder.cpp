#include "effects/event_recorder.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace sesame::effects {

namespace {

std::optional<EventKind> kind_of(const messages::Outcome& outcome) {
  if (outcome.repeated()) return std::nullopt;
  // It waits as before: no server was asked meanwhile.
  const bool still_deferred = outcome.before == messages::DeliverStatus::deferred && !outcome.attempt;
  if (still_deferred && !outcome.final()) return std::nullopt;
  switch (outcome.status) {
    case messages::DeliverStatus::delivered:
      return EventKind::delivered;
    case messages::DeliverStatus::dropped:
      return EventKind::dropped;
    case messages::DeliverStatus::refused:
      return EventKind::bounce;
    case messages::DeliverStatus::deferred:
      return EventKind::deferred;
    case messages::DeliverStatus::waiting:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

void EventRecorder::record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) {
  std::vector<Event> events;
  for (const messages::Outcome& outcome : outcomes) {
    const auto kind = kind_of(outcome);
    if (!kind || !outlet_.wants(outcome.scope, outcome.from_address, *kind)) continue;
    auto mail = find_sent_mail(writer, outcome.id);
    if (!mail) continue;
    Event& event = events.emplace_back();
    event.kind = *kind;
    event.mail = std::move(*mail);
    event.happened_ms = outcome.happened_ms;
    event.reason = outcome.text;
    event.hard = event.kind == EventKind::bounce && outcome.about_recipient &&
                 bounces::is_hard(classifier_.classify_reply(outcome.text).bounce_class);
  }
  if (!events.empty()) outlet_.queue(writer, events);
}

void EventRecorder::accepted(storage::Writer& writer, std::span<const messages::NewMessage> messages) {
  std::vector<Event> events;
  for (const messages::NewMessage& message : messages) {
    if (!message.withheld() || !outlet_.wants(message.scope, message.from_address, EventKind::dropped))
      continue;
    auto mail = find_sent_mail(writer, message.id);
    if (!mail) continue;
    Event& event = events.emplace_back();
    event.kind = EventKind::dropped;
    event.mail = std::move(*mail);
    event.happened_ms = message.requested_ms;
    event.reason = message.withheld_because;
  }
  if (!events.empty()) outlet_.queue(writer, events);
}

}  // namespace sesame::effects
