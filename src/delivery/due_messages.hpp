#pragma once

#include <cstddef>
#include <span>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "base/thread_safety.hpp"
#include "delivery/retry.hpp"
#include "messages/rows.hpp"
#include "messages/source.hpp"
#include "storage/database.hpp"

namespace sesame::delivery {

/// Takes the rows of table message whose time has come: sends and retries. Never gives out a row twice until
/// it is finished(). take() on the feeder thread only.
class DueMessages {
 public:
  /// All outlive it.
  DueMessages(storage::Database& database, messages::DraftMaker& maker, const Clock& clock,
              const RetryPolicy& policy)
      : database_(database), maker_(maker), clock_(clock), policy_(policy) {}

  struct DueBatch {
    std::vector<DueDraft> drafts;
    // Too old, or without content: to be recorded like the outcomes of attempts.
    std::vector<messages::Outcome> ended;
  };
  /// At most `room` of both together.
  DueBatch take(std::size_t room);

  /// The outcomes of these rows are on disk. Any thread.
  void finished(std::span<const messages::Outcome> outcomes);

 private:
  void drop_finished();
  std::vector<messages::DueMessage> next_page(std::size_t room, bool& last);
  void make_drafts(std::vector<messages::DueMessage> due, DueBatch& taken);

  storage::Database& database_;
  messages::DraftMaker& maker_;
  const Clock& clock_;
  const RetryPolicy& policy_;
  // Only on the feeder thread.
  std::unordered_set<std::int64_t> in_flight_;
  messages::DuePosition position_;
  // Rows may only be forgotten before a look at the table that begins later than their commit: a look that
  // began earlier still sees them due.
  Mutex mutex_;
  std::vector<std::int64_t> finished_ SESAME_GUARDED_BY(mutex_);
};

}  // namespace sesame::delivery
