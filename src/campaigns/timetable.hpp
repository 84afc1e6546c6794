#pragma once

#include <cstdint>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "senders/tracking.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Starts the runs of timed and recurring tasks when their time has come, and lets tasks go on that waited
/// for a new day's quota. It keeps nothing in memory: what is due lies in the database, and a start claims
/// its due time in the transaction that stores the run. So a due time starts one run, whatever happens to the
/// program or the clock. Starts that were missed are made up for by one. One thread at a time.
class Timetable {
 public:
  /// How many tasks one look starts; the rest follows with the next.
  static constexpr std::size_t kStartsAtOnce = 100;

  /// All outlive it.
  Timetable(storage::Database& database, Random& random, const Clock& clock,
            const senders::Tracking& tracking = {})
      : database_(database), random_(random), clock_(clock), tracking_(tracking) {}

  /// To be called every so often. Returns whether there is something new to mail. A task whose sender, group
  /// or template can't be used any more is ended as failed with the reason; one whose group is being uploaded
  /// waits. What the database refuses is tried again with the next look.
  bool look();

 private:
  bool start(std::int64_t task_id, std::int64_t due_ms);
  bool go_on();

  storage::Database& database_;
  Random& random_;
  const Clock& clock_;
  const senders::Tracking tracking_;
};

}  // namespace sesame::campaigns
