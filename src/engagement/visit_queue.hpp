#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/thread_safety.hpp"
#include "effects/mail_effects.hpp"
#include "engagement/click_groups.hpp"
#include "engagement/visit_pace.hpp"
#include "storage/database.hpp"

namespace sesame::engagement {

/// Collects opens and clicks and writes them in bulk jobs, one at a time, so that no reply to a recipient
/// waits for the disk. A visit whose job throws although others can be written is dropped. All references
/// outlive it. Thread: any.
class VisitQueue {
 public:
  /// Waiting visits; further ones are answered but not counted (metric
  /// sesame_tracking_visits_total{result="dropped"}).
  static constexpr std::size_t kWaitingMax = 100'000;
  static constexpr std::size_t kWaitingBytesMax = 32 * 1024 * 1024;
  /// Visits per job, which takes the writer some milliseconds while others wait.
  static constexpr std::size_t kBatchMax = 256;
  /// Visits of batches whose job threw, before no further batch is taken apart: at most kHalvesMax +
  /// kBatchMax visits wait beside kWaitingMax.
  static constexpr std::size_t kHalvesMax = 256;

  /// The time after a mail was composed within which scanners follow its links.
  static constexpr std::int64_t kScannedWithinMs = 30 * 60'000;

  /// `holds_clicks`: whether clicks that may be a scanner's are held.
  VisitQueue(storage::Database& database, const effects::MailEffects& effects, bool holds_clicks = true);
  ~VisitQueue();  // stop()

  /// Queues a visit; never blocks on the disk. False when it was dropped, or exceeded its mail's limit
  /// ("excess" in the metric; VisitPace). `links`: how many links the mail has, when the visit is a click
  /// that may be a scanner's; it is held until ClickGroups knows.
  bool add(effects::MailEvent visit, unsigned links = 0);
  /// Submits the clicks that were held and retries the visits that the database refused. Call it every few
  /// seconds.
  void tick(std::int64_t now_ms);
  /// Writes the waiting visits and ends; visits that the database refuses now are lost.
  void stop();

  std::size_t waiting() const;

 private:
  struct Batch {
    std::vector<effects::MailEvent> visits;
    std::optional<std::uint64_t> failed_since;  // writes_done_ when its job threw for the first time.
  };

  bool is_idle() const SESAME_REQUIRES(mutex_) { return waiting_.empty() && halves_.empty(); }
  std::shared_ptr<Batch> next_batch() SESAME_REQUIRES(mutex_);
  void release(std::vector<effects::MailEvent> held) SESAME_REQUIRES(mutex_);
  void submit(MutexLock& lock) SESAME_REQUIRES(mutex_);
  void answered(const std::shared_ptr<Batch>& batch, const Status& status);
  void keep(const std::shared_ptr<Batch>& batch, const Error& error) SESAME_REQUIRES(mutex_);
  void halve(const std::shared_ptr<Batch>& batch) SESAME_REQUIRES(mutex_);
  void lose(const Batch& batch, const Error& error) SESAME_REQUIRES(mutex_);
  std::size_t visits_in_halves() const SESAME_REQUIRES(mutex_);
  void wait_again(Batch& batch) SESAME_REQUIRES(mutex_);
  void wait_last(Batch& batch) SESAME_REQUIRES(mutex_);

  storage::Database& database_;
  const effects::MailEffects& effects_;
  const bool holds_clicks_;
  mutable Mutex mutex_;
  ConditionVariable idle_;
  VisitPace pace_ SESAME_GUARDED_BY(mutex_);
  ClickGroups held_ SESAME_GUARDED_BY(mutex_);
  std::deque<effects::MailEvent> waiting_ SESAME_GUARDED_BY(mutex_);
  std::size_t waiting_bytes_ SESAME_GUARDED_BY(mutex_) = 0;              // The held ones included.
  std::deque<std::shared_ptr<Batch>> halves_ SESAME_GUARDED_BY(mutex_);  // Parts of a batch whose job threw.
  std::uint64_t writes_done_ SESAME_GUARDED_BY(mutex_) = 0;
  bool writing_ SESAME_GUARDED_BY(mutex_) = false;
  // The database refused the last job: the next one waits for tick().
  bool refused_ SESAME_GUARDED_BY(mutex_) = false;
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

}  // namespace sesame::engagement
