#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.hpp"
#include "effects/mail_effects.hpp"
#include "engagement/visit_pace.hpp"
#include "storage/database.hpp"

namespace sesame::engagement {

/// Opens and clicks on their way into the database: gathered, and written in bulk jobs, one at a time, so
/// that no answer to a recipient waits for a disk. Safe from any thread. What it is given outlives it.
class VisitQueue {
 public:
  /// Of what waits; what comes beyond it is answered but not counted
  /// (metric sesame_tracking_visits_total{result="dropped"}).
  static constexpr std::size_t kWaitingMax = 100'000;
  static constexpr std::size_t kWaitingBytesMax = 32 * 1024 * 1024;
  /// In one job: it takes the writer some milliseconds, and others wait for it.
  static constexpr std::size_t kBatchMax = 256;

  VisitQueue(storage::Database& database, const effects::MailEffects& effects);
  ~VisitQueue();  // stop()

  /// Quick. False: it was dropped, or was one too many of its mail ("excess" in the metric; VisitPace).
  bool add(effects::MailEvent visit);
  /// Offers again what the database refused. Called every few seconds.
  void tick();
  /// Writes what it has and ends. What the database refuses now is lost.
  void stop();

  std::size_t waiting() const;

 private:
  using Batch = std::vector<effects::MailEvent>;

  void submit(std::unique_lock<std::mutex>& lock);
  void answered(const std::shared_ptr<Batch>& batch, const Status& status);

  storage::Database& database_;
  const effects::MailEffects& effects_;
  // Guarded by mutex_.
  mutable std::mutex mutex_;
  std::condition_variable idle_;
  VisitPace pace_;
  std::deque<effects::MailEvent> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool writing_ = false;
  bool refused_ = false;  // The last job was: the next waits for tick().
  bool stopping_ = false;
};

}  // namespace sesame::engagement
