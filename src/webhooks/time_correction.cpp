#include "webhooks/time_correction.hpp"

#include "base/earliest_time.hpp"
#include "webhooks/webhooks.hpp"

namespace sesame::webhooks {

namespace {

constexpr std::int64_t kPauseMsMax = 86'400'000;  // webhooks.retry_s

constexpr storage::Sql kCorrectEvents{
    "webhooks.correct_event_times",
    "UPDATE webhook_event SET next_attempt_ms = ?2, queued_ms = CASE WHEN queued_ms > ?2 THEN CAST(?2 AS "
    "bigint) ELSE queued_ms END WHERE id IN (SELECT id FROM webhook_event WHERE webhook_id = ?1 AND state = "
    "0 "
    "AND next_attempt_ms > ?3 ORDER BY next_attempt_ms LIMIT ?4)"};

}  // namespace

std::int64_t correct_event_times(storage::Writer& writer, std::int64_t now_ms, std::int64_t most) {
  std::int64_t corrected = 0;
  for (const Webhook& webhook : webhooks_with_waiting(writer)) {
    if (corrected >= most) break;
    corrected += writer.run(kCorrectEvents, webhook.id, now_ms, now_ms + kPauseMsMax + kClockSlackMs,
                            most - corrected);
  }
  return corrected;
}

}  // namespace sesame::webhooks
