#pragma once

#include <cstdint>

#include "base/clock.hpp"
#include "base/clock_watch.hpp"
#include "base/random.hpp"
#include "messages/hold.hpp"
#include "senders/tracking.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Starts the runs of timed and recurring tasks when they are due, and continues tasks that waited for a new
/// day's quota. It keeps no state in memory: due times are in the database, and a start claims its due time
/// in the transaction that stores the run. So one due time starts one run, whatever happens to the program or
/// the clock. One start replaces all that were missed. Thread: one.
class Timetable {
 public:
  /// Tasks started per look(); further ones follow with the next.
  static constexpr std::size_t kStartsAtOnce = 100;

  /// All references outlive it.
  Timetable(storage::Database& database, Random& random, const Clock& clock,
            const senders::Tracking& tracking = {}, const messages::Hold* hold = nullptr)
      : database_(database),
        random_(random),
        clock_(clock),
        tracking_(tracking),
        hold_(hold),
        watch_(clock, ClockWatch::Start::trusted) {}

  /// Starts due tasks; call it regularly. Returns whether there is new mail. A task whose sender, group or
  /// template can't be used any more ends as failed with the reason; one whose group has unmerged uploads
  /// waits. When the database fails, the next look() tries again; while delivery is held, it does nothing.
  /// Nothing starts for a minute after the time of day has stepped: the time may be wrong, and a start cannot
  /// be taken back.
  bool look();

 private:
  bool start(std::int64_t task_id, std::int64_t due_ms);
  bool continue_tasks();

  storage::Database& database_;
  Random& random_;
  const Clock& clock_;
  const senders::Tracking tracking_;
  const messages::Hold* const hold_;  // While it is held, nothing starts. Null: never held.
  ClockWatch watch_;
};

}  // namespace sesame::campaigns
