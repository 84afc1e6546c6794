#pragma once

#include <cstdint>

#include "base/clock.hpp"
#include "storage/database.hpp"

namespace sesame::server {

/// Removes what is over, so that a server that mails every day keeps the size of its database: status rows,
/// ledgers and single sends after so many days, the content of ended runs soon. Statistics, complaints, tasks
/// and lists stay. For one thread that may wait for the database.
class Housekeeping {
 public:
  /// `days` 0: only the content of ended runs goes.
  Housekeeping(storage::Database& database, const Clock& clock, std::int64_t days,
               std::int64_t event_days = 7)
      : database_(database), clock_(clock), days_(days), event_days_(event_days) {}

  /// One small job, if something may be left to remove; then it rests for a while. To be called every few
  /// seconds.
  void beat();

 private:
  std::int64_t tidy(storage::Writer& writer, std::int64_t now_ms) const;

  storage::Database& database_;
  const Clock& clock_;
  const std::int64_t days_;
  const std::int64_t event_days_;  // Of events that were told to webhooks or given up.
  std::int64_t rests_until_ms_ = 0;
};

}  // namespace sesame::server
