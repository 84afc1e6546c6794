#include "server/housekeeping.hpp"

#include <algorithm>

#include "audience/imports.hpp"
#include "audience/time_correction.hpp"
#include "base/beijing_time.hpp"
#include "base/earliest_time.hpp"
#include "base/log.hpp"
#include "campaigns/retention.hpp"
#include "campaigns/time_correction.hpp"
#include "cloudapi/call_blocks.hpp"
#include "cloudapi/idempotency.hpp"
#include "effects/complaints.hpp"
#include "messages/pauses.hpp"
#include "messages/queue_upkeep.hpp"
#include "messages/retention.hpp"
#include "returns/evidence.hpp"
#include "routing/sts_rows.hpp"
#include "shaping/path_rows.hpp"
#include "webhooks/event_history.hpp"
#include "webhooks/time_correction.hpp"

namespace sesame::server {

namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kRestMs = 10 * 60 * 1000;
// Some milliseconds of the writer's time; three times a day's mail at the budget of a small machine.
constexpr std::int64_t kRowsAtOnce = 4'000;
constexpr std::int64_t kDomainsAtOnce = 1'000;
constexpr std::int64_t kQueuesAtOnce = 1'000;
constexpr std::int64_t kEmptyQueueMs = 3'600'000;  // Destinations that are mailed often keep their queue.
constexpr std::int64_t kEndedPauseMs = kDayMs;     // A clock that is wrong for moments ends none for good.
constexpr std::int64_t kImportsAtOnce = 100;       // The merging work removes what they own.
constexpr std::int64_t kRunsAtOnce = 1;            // A ledger may be ten megabytes, a snapshot as much.
// A recipient can unsubscribe by a mail for at least this long, whatever is set: laws want 30 days (CAN-SPAM,
// 15 U.S.C. §7704), and mail is read late.
constexpr std::int64_t kUnsubscribeDays = 60;
// Mails that are in flight when a run is stopped are composed from its content.
constexpr std::int64_t kContentMsMin = 60 * 60 * 1000;

}  // namespace

void Housekeeping::tick() {
  if (!watch_.is_settled()) {
    rests_until_ms_ = 0;  // Times are corrected as soon as it is.
    return;
  }
  const std::int64_t now_ms = clock_.now_ms();
  // It also runs when the clock was set back by more than the rest.
  if (now_ms < rests_until_ms_ && rests_until_ms_ - now_ms <= kRestMs) return;
  // The search for old volumes begins once a day.
  const std::int64_t today = beijing_day(now_ms);
  std::optional<effects::VolumePlace> from = volume_place_;
  if (today != last_sweep_day_ && !from) from.emplace();
  std::optional<effects::VolumePlace> place;
  messages::QueueUpkeep queues;
  const Result<std::int64_t> removed = database_.change<std::int64_t>(
      storage::Priority::bulk, [&](storage::Writer& writer) -> Result<std::int64_t> {
        place = from;  // Each run of the job sets out from the same place.
        queues = tidy_queues(writer, now_ms);
        return correct_times(writer, now_ms) + queues.changed + tidy(writer, now_ms) +
               tidy_statistics(writer, now_ms, place);
      });
  if (removed) {
    volume_place_ = std::move(place);
    last_sweep_day_ = today;
    queue_place_ = queues.next;
  } else {
    log_warning("server.retention_failed", {{"reason", removed.error().reason()}});
  }
  if (!removed || (*removed == 0 && !volume_place_ && queue_place_ == 0)) rests_until_ms_ = now_ms + kRestMs;
}

std::int64_t Housekeeping::correct_times(storage::Writer& writer, std::int64_t now_ms) const {
  return campaigns::correct_task_times(writer, now_ms) +
         webhooks::correct_event_times(writer, now_ms, kRowsAtOnce) +
         audience::correct_bounce_times(writer, now_ms, kRowsAtOnce);
}

messages::QueueUpkeep Housekeeping::tidy_queues(storage::Writer& writer, std::int64_t now_ms) const {
  const messages::QueueLimits limits{now_ms, now_ms + mail_age_max_.count() + kClockSlackMs,
                                     now_ms - kEmptyQueueMs};
  return messages::tidy_queues(writer, limits, queue_place_, kQueuesAtOnce);
}

std::int64_t Housekeeping::tidy(storage::Writer& writer, std::int64_t now_ms) const {
  const std::int64_t content_ms = std::max(kContentMsMin, policy_.resend_days * kDayMs);
  std::int64_t removed = campaigns::delete_expired_mailings(writer, now_ms - content_ms, kRunsAtOnce);
  removed += webhooks::delete_expired_events(
      writer, {now_ms - policy_.event_days * kDayMs, policy_.events_max}, kRowsAtOnce);
  removed += audience::delete_expired_imports(writer, now_ms - audience::kImportMs, kImportsAtOnce);
  removed += messages::delete_ended_pauses(writer, now_ms - kEndedPauseMs, kRowsAtOnce);
  removed += cloudapi::delete_expired_answers(writer, now_ms, kRowsAtOnce);
  constexpr std::int64_t kCallsMs = cloudapi::kCallsKeptMs;
  removed += cloudapi::delete_expired_calls(writer, now_ms - kCallsMs, now_ms + kCallsMs, kRowsAtOnce);
  removed += shaping::delete_old_paths(writer, now_ms, kRowsAtOnce);
  removed += routing::delete_expired_sts_policies(writer, now_ms, kRowsAtOnce);
  removed += returns::delete_expired_evidence(writer, now_ms - policy_.evidence_days * kDayMs, kRowsAtOnce);
  if (policy_.audit_days != 0)
    removed += audit_log_.delete_expired(writer, beijing_day(now_ms) - policy_.audit_days, kRowsAtOnce);
  if (policy_.message_days == 0) return removed;
  const std::int64_t before_ms = now_ms - policy_.message_days * kDayMs;
  const std::int64_t delivered_days = std::max(policy_.message_days, kUnsubscribeDays);
  removed +=
      messages::delete_expired_messages(writer, {before_ms, now_ms - delivered_days * kDayMs}, kRowsAtOnce);
  removed += campaigns::delete_expired_ledgers(writer, before_ms, kRunsAtOnce);
  removed += campaigns::delete_expired_sends(writer, before_ms, kRowsAtOnce);
  return removed;
}

/// Advances `place`.
std::int64_t Housekeeping::tidy_statistics(storage::Writer& writer, std::int64_t now_ms,
                                           std::optional<effects::VolumePlace>& place) const {
  if (policy_.statistics_days == 0) {
    place.reset();
    return 0;
  }
  const std::int64_t before_ms = now_ms - policy_.statistics_days * kDayMs;
  std::int64_t removed = effects::delete_expired_complaints(writer, before_ms, kRowsAtOnce);
  if (!place) return removed;
  effects::ExpiredVolumes expired =
      effects::delete_expired_volumes(writer, beijing_day(before_ms), *place, kDomainsAtOnce);
  place = std::move(expired.next);
  return removed + expired.rows;
}

}  // namespace sesame::server
