#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "base/thread_safety.hpp"
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

  void submit(MutexLock& lock) SESAME_REQUIRES(mutex_);
  void answered(const std::shared_ptr<Batch>& batch, const Status& status);

  storage::Database& database_;
  const effects::MailEffects& effects_;
  mutable Mutex mutex_;
  ConditionVariable idle_;
  VisitPace pace_ SESAME_GUARDED_BY(mutex_);
  std::deque<effects::MailEvent> waiting_ SESAME_GUARDED_BY(mutex_);
  std::size_t waiting_bytes_ SESAME_GUARDED_BY(mutex_) = 0;
  bool writing_ SESAME_GUARDED_BY(mutex_) = false;
  bool refused_ SESAME_GUARDED_BY(mutex_) = false;  // The last job was: the next waits for tick().
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

}  // namespace sesame::engagement
