#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "campaigns/passed_over.hpp"
#include "messages/waiting_reason.hpp"
#include "storage/database.hpp"

namespace sesame::server {

/// Shows in the metrics for how long the oldest accepted mail waits, by reason. Thread: one, which may wait
/// for the database.
class WaitingGauges {
 public:
  /// `standstill`: the reason that keeps the whole delivery from mailing, if there is one. `passed_over`: as
  /// campaigns::Runner's. Thread: any.
  WaitingGauges(storage::Database& database, const Clock& clock,
                std::function<std::optional<messages::Standstill>()> standstill,
                std::function<std::shared_ptr<const campaigns::PassedOverRuns>()> passed_over);

  /// Reads the tables again if the last look was some seconds ago. Call it every few seconds.
  void tick();

 private:
  storage::Database& database_;
  const Clock& clock_;
  const std::function<std::optional<messages::Standstill>()> standstill_;
  const std::function<std::shared_ptr<const campaigns::PassedOverRuns>()> passed_over_;
  std::vector<Gauge*> gauges_;  // One for each reason.
  std::chrono::steady_clock::time_point next_look_{};
};

}  // namespace sesame::server
