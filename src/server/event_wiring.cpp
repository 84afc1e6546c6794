#include "server/event_wiring.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "feedback/hard_bounce.hpp"

namespace sesame::server {

namespace {

std::optional<feedback::EventKind> kind_of(const delivery::Outcome& outcome) {
  if (outcome.repeated()) return std::nullopt;
  switch (outcome.status) {
    case delivery::DeliverStatus::delivered:
      return feedback::EventKind::delivered;
    case delivery::DeliverStatus::dropped:
      return feedback::EventKind::dropped;
    case delivery::DeliverStatus::refused:
      return feedback::EventKind::bounce;
    case delivery::DeliverStatus::deferred:
      return feedback::EventKind::deferred;
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
  std::vector<feedback::Event> events;
  for (const delivery::Outcome& outcome : outcomes) {
    const auto kind = kind_of(outcome);
    if (!kind || !queue_.wants(outcome.scope, outcome.from_address, *kind)) continue;
    auto mail = book_.find(writer, ref_of(outcome));
    if (!mail) continue;
    feedback::Event event;
    event.kind = *kind;
    event.mail = std::move(*mail);
    event.happened_ms = outcome.happened_ms;
    event.reason = outcome.text;
    event.hard = outcome.about_recipient && feedback::says_no_such_mailbox(outcome.text);
    events.push_back(std::move(event));
  }
  if (!events.empty()) queue_.queue(writer, events);
}

}  // namespace sesame::server
