#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "delivery/due_draft.hpp"
#include "messages/changes.hpp"
#include "messages/outcome.hpp"
#include "messages/sweeps.hpp"
#include "storage/database.hpp"

namespace sesame::delivery {

/// Carries sweeps out (messages/sweeps.hpp), a portion of one sweep in each look, in turns. Mail of a drop
/// that is under way is left alone: it ends as it does, or is given up when it comes back. Thread: feeder.
class Sweeper {
 public:
  /// Mails that are made due in one transaction: some milliseconds for the writer.
  static constexpr std::size_t kRetriedTogether = 2'000;
  /// Mails of drops that have no recorded outcome yet, so that those of other mail wait for few.
  static constexpr std::size_t kDroppedAtOnce = 2'000;
  /// A sweep goes on after this time when its mail was under way, or the database could not be used.
  static constexpr std::chrono::seconds kPause{1};

  /// All arguments outlive it. `changes`: null: there are no sweeps.
  Sweeper(storage::Database& database, const messages::Changes* changes, const Clock& clock)
      : database_(database), changes_(changes), clock_(clock) {}

  struct Portion {
    std::vector<std::int64_t> row_ids;  // To be dropped.
    std::string reason;
    bool more = false;  // Call it again at once.
  };
  /// Carries out a portion. The rows to be dropped, at most `room`, are in flight from now on; each gets an
  /// outcome, or is given back by finished().
  Portion take(std::size_t room, std::unordered_set<std::int64_t>& in_flight);
  /// Reports that a row is not in flight any more.
  void finished(std::int64_t row_id) { dropping_.erase(row_id); }
  /// Whether mails to be dropped wait for the outcomes of others.
  bool waits() const { return waits_; }

  /// The drop that covers a mail which is under way, by the sweeps as of now. Null: none.
  const messages::Sweep* drop_of(const DueDraft& draft);

 private:
  struct UnderWay {
    messages::Sweep sweep;
    messages::SweepPosition position{};
    bool any_taken = false;  // In this pass: some mail is, or was, without a recorded outcome.
    std::chrono::steady_clock::time_point resumes{};
  };

  void refresh();
  UnderWay* next();
  bool retry(UnderWay& sweep);
  void drop(UnderWay& sweep, std::size_t room, std::unordered_set<std::int64_t>& in_flight, Portion& portion);
  bool end(UnderWay& sweep);
  void wait(UnderWay& sweep, const Error& error);
  void forget(std::int64_t sweep_id);

  storage::Database& database_;
  const messages::Changes* const changes_;
  const Clock& clock_;
  bool known_ = false;  // The sweeps below are those of number checked_.
  std::uint64_t checked_ = 0;
  std::vector<UnderWay> sweeps_;
  std::size_t turn_ = 0;
  std::unordered_set<std::int64_t> dropping_;
  bool waits_ = false;
};

}  // namespace sesame::delivery
