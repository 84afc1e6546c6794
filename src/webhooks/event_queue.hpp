#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/setting.hpp"
#include "effects/mail_effects.hpp"
#include "storage/database.hpp"
#include "webhooks/directory.hpp"

namespace sesame::webhooks {

struct EventQueueOptions {
  std::int64_t waiting_max = 10'000'000;  // Per webhook.

  void visit(SettingVisitor& settings) {
    settings.number("webhooks.waiting_max", waiting_max, {1, 1'000'000'000},
                    "events that wait per webhook, about half a KB each; further events are lost");
  }
};

/// The events on their way to webhooks, on disk. An event is stored in the transaction that makes it true and
/// stays until its receiver has accepted it: it is posted at least once.
///
/// Immutable; what it is given outlives it. Thread: any.
class EventQueue final : public effects::EventOutlet {
 public:
  /// `waiting_max`: waiting events per webhook. Further events are discarded (metric
  /// sesame_webhook_events_lost_total), so that a receiver that is away for long cannot fill the disk.
  EventQueue(const WebhookDirectory& directory, const Clock& clock,
             std::int64_t waiting_max = EventQueueOptions{}.waiting_max)
      : directory_(directory), clock_(clock), waiting_max_(waiting_max) {}

  bool wants(const accounts::Scope& scope, std::string_view from_address,
             effects::EventKind kind) const override {
    return directory_.find(scope, from_address, kind).has_value();
  }
  void queue(storage::Writer& writer, std::span<const effects::Event> events) override;

 private:
  const WebhookDirectory& directory_;
  const Clock& clock_;
  const std::int64_t waiting_max_;
};

enum class EventState : std::uint8_t { waiting = 0, accepted = 1, given_up = 2 };

struct QueuedEvent {
  std::int64_t id = 0;
  std::int64_t webhook_id = 0;
  effects::EventKind kind = effects::EventKind::delivered;
  EventState state = EventState::waiting;
  unsigned attempts = 0;
  std::int64_t queued_ms = 0;
  std::int64_t next_attempt_ms = 0;
  std::string answer;  // The reply to the last attempt, for people.
  std::string body;
};

/// Reads at most `limit` due events of a webhook, in the order of their due times. Job: read.
std::vector<QueuedEvent> due_events(storage::Reader& reader, std::int64_t webhook_id, std::int64_t now_ms,
                                    std::size_t limit);

/// The result of one attempt to post an event.
struct PostResult {
  std::int64_t id = 0;
  std::int64_t webhook_id = 0;
  EventState state = EventState::waiting;
  std::int64_t next_attempt_ms = 0;  // Only when `state` is waiting.
  std::string answer;
};
/// Records results; events that were deleted with their webhook are skipped. Job: write.
void record_results(storage::Writer& writer, std::span<const PostResult> results);

/// Gives up events of a webhook that were due before `before_ms`, at most `most`. Returns their number.
/// Job: write.
std::int64_t give_up_old(storage::Writer& writer, std::int64_t webhook_id, std::int64_t before_ms,
                         std::int64_t most);

}  // namespace sesame::webhooks
