#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "accounts/audit_log.hpp"
#include "base/clock.hpp"
#include "base/clock_watch.hpp"
#include "base/setting.hpp"
#include "effects/volumes.hpp"
#include "messages/queue_upkeep.hpp"
#include "storage/database.hpp"

namespace sesame::server {

/// The time for which finished data is kept.
struct RetentionPolicy {
  std::int64_t message_days = 90;  // 0: for ever.
  // Events that were accepted or given up, and the most of one webhook.
  std::int64_t event_days = 7;
  std::int64_t events_max = 1'000'000;
  std::int64_t evidence_days = 90;     // Returned mails.
  std::int64_t resend_days = 14;       // The content of ended runs; 0: an hour.
  std::int64_t statistics_days = 400;  // Volumes and complaints; 0: for ever.
  std::int64_t audit_days = 400;       // The audit log; 0: for ever.

  void visit(SettingVisitor& settings) {
    settings.number("limits.message_days", message_days, {0, 3650},
                    "days for which a mail is known, so that its bounces and complaints count; delivered "
                    "ones are kept for at least 60, so that their recipients can unsubscribe; 0: for ever");
    settings.number("limits.resend_days", resend_days, {0, 3650},
                    "days for which the content of an ended task is kept, so that it can be sent again to "
                    "some of its recipients; 0: an hour");
    settings.number("limits.statistics_days", statistics_days, {0, 3650},
                    "days for which daily volumes and complaints are kept; 0: for ever");
    settings.number("limits.audit_days", audit_days, {0, 36500},
                    "days for which the audit log is kept, whole days only; 0: for ever");
    settings.number("webhooks.history_days", event_days, {1, 3650},
                    "days for which finished events are listed and can be redelivered");
    settings.number("webhooks.history_max", events_max, {1, 1'000'000'000},
                    "finished events kept per webhook");
    settings.number("bounces.evidence_days", evidence_days, {1, 3650}, "days a returned mail is kept");
  }
};

/// Deletes expired data, so that a server that mails every day keeps the size of its database: status rows,
/// ledgers, single sends, finished events, returned mails, statistics, complaints and the audit log after the
/// days of RetentionPolicy, and queues an hour after they ran empty. Tasks and lists stay. It also corrects
/// times that a wrong clock set further ahead than they can be. It does nothing before the clock is settled
/// (ClockWatch): a wrong time of two seconds must not delete anything. Thread: one, which may wait for the
/// database.
class Housekeeping {
 public:
  /// `mail_age_max`: the longest time for which a mail is tried.
  Housekeeping(storage::Database& database, const accounts::AuditLog& audit_log, const Clock& clock,
               const RetentionPolicy& policy, std::chrono::hours mail_age_max)
      : database_(database),
        audit_log_(audit_log),
        clock_(clock),
        policy_(policy),
        mail_age_max_(mail_age_max),
        watch_(clock, ClockWatch::Start::suspect) {}

  /// Runs one small job if there may be expired data; then it rests for a while. Call it every few seconds.
  void tick();

 private:
  std::int64_t correct_times(storage::Writer& writer, std::int64_t now_ms) const;
  messages::QueueUpkeep tidy_queues(storage::Writer& writer, std::int64_t now_ms) const;
  std::int64_t tidy(storage::Writer& writer, std::int64_t now_ms) const;
  std::int64_t tidy_statistics(storage::Writer& writer, std::int64_t now_ms,
                               std::optional<effects::VolumePlace>& place) const;

  storage::Database& database_;
  const accounts::AuditLog& audit_log_;
  const Clock& clock_;
  const RetentionPolicy policy_;
  const std::chrono::milliseconds mail_age_max_;
  ClockWatch watch_;
  std::int64_t rests_until_ms_ = 0;
  std::int64_t last_sweep_day_ = 0;  // The day of the last search for old volumes.
  // The place that the search has reached; nullopt: it has ended.
  std::optional<effects::VolumePlace> volume_place_;
  std::int64_t queue_place_ = 0;  // The queue after which the walk through the queues goes on; 0: it begins.
};

}  // namespace sesame::server
