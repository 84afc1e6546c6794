#include "server/housekeeping.hpp"

#include <algorithm>

#include "base/beijing_time.hpp"
#include "base/log.hpp"
#include "campaigns/retention.hpp"
#include "delivery/retention.hpp"
#include "feedback/event_history.hpp"
#include "feedback/evidence.hpp"

namespace sesame::server {

namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kRestMs = 10 * 60 * 1000;
// Some milliseconds of the writer's time; three times a day's mail at the budget of a small machine.
constexpr std::int64_t kRowsAtOnce = 4'000;
constexpr std::int64_t kRunsAtOnce = 1;  // A ledger may be ten megabytes, a snapshot as much.
// Mails that are in flight when a run is stopped are composed from its content.
constexpr std::int64_t kContentMs = 60 * 60 * 1000;

}  // namespace

void Housekeeping::beat() {
  const std::int64_t now_ms = clock_.now_ms();
  // Also when the clock was set back by more than the rest.
  if (now_ms < rests_until_ms_ && rests_until_ms_ - now_ms <= kRestMs) return;
  const Result<std::int64_t> removed = database_.change<std::int64_t>(
      storage::Priority::bulk,
      [&](storage::Writer& writer) -> Result<std::int64_t> { return tidy(writer, now_ms); });
  if (!removed) log_warning("server.tidying_failed", {{"reason", removed.error().reason()}});
  if (!removed || *removed == 0) rests_until_ms_ = now_ms + kRestMs;
}

std::int64_t Housekeeping::tidy(storage::Writer& writer, std::int64_t now_ms) const {
  std::int64_t removed = campaigns::forget_mailings(writer, now_ms - kContentMs, kRunsAtOnce);
  removed += feedback::forget_events(writer, {now_ms - keeping_.event_days * kDayMs, keeping_.events_max},
                                     kRowsAtOnce);
  removed += feedback::forget_evidence(writer, now_ms - keeping_.evidence_days * kDayMs, kRowsAtOnce);
  if (keeping_.message_days == 0) return removed;
  const std::int64_t before_ms = now_ms - keeping_.message_days * kDayMs;
  removed += delivery::forget_messages(writer, beijing_day(before_ms), kRowsAtOnce);
  removed += campaigns::forget_ledgers(writer, before_ms, kRunsAtOnce);
  removed += campaigns::forget_sends(writer, before_ms, kRowsAtOnce);
  return removed;
}

}  // namespace sesame::server
