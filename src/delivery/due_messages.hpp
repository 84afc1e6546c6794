#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <span>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "base/clock_watch.hpp"
#include "base/thread_safety.hpp"
#include "delivery/due_queues.hpp"
#include "delivery/retry.hpp"
#include "delivery/sweeper.hpp"
#include "messages/changes.hpp"
#include "messages/rows.hpp"
#include "messages/source.hpp"
#include "storage/database.hpp"

namespace sesame::delivery {

/// Takes the due rows of table message: single sends and retries. Never takes a row again before finished().
/// Thread: feeder, but for finished().
class DueMessages {
 public:
  /// All arguments outlive it. `admission` says whether there is room for a mail; the caller begins its
  /// looks. Null: there is always room. `changes`: tells of new sweeps; null: there are none.
  DueMessages(storage::Database& database, messages::DraftMaker& maker, const Clock& clock,
              const RetryPolicy& policy, messages::Admission* admission = nullptr,
              const messages::Changes* changes = nullptr)
      : database_(database),
        maker_(maker),
        clock_(clock),
        policy_(policy),
        watch_(clock, ClockWatch::Start::trusted),
        queues_(database, admission),
        sweeper_(database, changes, clock) {}

  struct DueBatch {
    std::vector<DueDraft> drafts;
    // Expired, without content, or dropped on request: record them like the outcomes of attempts.
    std::vector<messages::Outcome> ended;
    bool sweeps_on = false;  // A sweep has more to do: call take() again at once.
  };
  /// Takes drafts and ended messages, at most `room` together. Takes nothing for a minute after the time of
  /// day has stepped: a wrong time would expire every waiting mail.
  DueBatch take(std::size_t room);

  /// Records that the outcomes of these rows are on disk. Thread: any.
  void finished(std::span<const messages::Outcome> outcomes);
  /// Records that these rows, which got no outcome, may be taken again when they are due. Thread: any.
  void released(std::span<const std::int64_t> row_ids);

  /// The outcome of a mail that is under way and was dropped on request meanwhile. Ask before it begins.
  std::optional<messages::Outcome> dropped(const DueDraft& draft);
  /// Whether a sweep goes on as soon as outcomes are on disk. Thread: any.
  bool sweep_waits() const { return sweep_waits_.load(std::memory_order_relaxed); }

  /// Whether nothing is taken because the time of day can't be trusted (base/clock_watch.hpp). Thread: any.
  bool waits_for_clock() const { return waits_for_clock_.load(std::memory_order_relaxed); }

 private:
  bool clock_is_settled();
  void drop_finished();
  std::vector<messages::DueMessage> read_rows(std::span<const std::int64_t> row_ids, std::int64_t now_ms);
  void sweep(std::size_t room, DueBatch& taken);
  void make_drafts(std::vector<messages::DueMessage> due, DueBatch& taken);

  storage::Database& database_;
  messages::DraftMaker& maker_;
  const Clock& clock_;
  const RetryPolicy& policy_;
  ClockWatch watch_;
  std::atomic<bool> waits_for_clock_ = false;
  std::atomic<bool> sweep_waits_ = false;
  // Used only on the feeder thread.
  std::unordered_set<std::int64_t> in_flight_;
  DueQueues queues_;
  Sweeper sweeper_;
  // Finished rows leave in_flight_ only before a query that begins after their commit: an earlier query still
  // finds them due.
  Mutex mutex_;
  std::vector<std::int64_t> finished_ SESAME_GUARDED_BY(mutex_);
};

}  // namespace sesame::delivery
