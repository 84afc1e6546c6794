#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "messages/envelope.hpp"
#include "messages/queue_list.hpp"
#include "storage/database.hpp"

/// Sweeps: orders that concern mail which waited when they were given (table queue_sweep). They are carried
/// out a portion at a time, so they are on disk until they are done. Plain functions inside database jobs.
namespace sesame::messages {

enum class SweepAct : std::uint8_t {
  retry = 1,  // Mail is made due.
  drop = 2,   // Mail ends.
};

struct Sweep {
  std::int64_t sweep_id = 0;
  SweepAct act = SweepAct::retry;
  QueueFilter filter;
  std::int64_t run_id = 0;  // 0: mail of every run, and single mail.
  std::string reason;       // The text of a drop's outcomes.
  std::int64_t ordered_ms = 0;
  std::int64_t last_row_id = 0;  // Rows with a higher id came later.

  /// Whether it concerns the mail with this row. Pure.
  bool covers(const Envelope& mail, std::int64_t row_id) const;
};

/// The sweeps under way that an account may have, and those of all accounts together.
inline constexpr std::int64_t kSweepsMax = 100;
/// The key under which every new sweep is published (storage::Writer::publish).
inline constexpr std::uint64_t kSweepsChanged = 0x3bc5'e178'a04d'96f2U;

/// Orders a sweep of the mail that waits now, and publishes it to mail that is under way. `sweep_id` and
/// `last_row_id` need no value. Wake the engine after the commit. Error: errors::kTooManySweeps. Job: write.
Status begin_sweep(storage::Writer& writer, const Sweep& sweep);
/// Orders the sweep for each of these runs, which are of one order and count as one sweep for the limit;
/// `sweep.run_id` needs no value.
Status begin_sweeps_of_runs(storage::Writer& writer, const Sweep& sweep,
                            std::span<const std::int64_t> run_ids);
/// Records that a sweep is done. Job: write.
void end_sweep(storage::Writer& writer, std::int64_t sweep_id);

/// All sweeps under way, the oldest first. Job: read.
std::vector<Sweep> read_sweeps(storage::Reader& reader);
/// The number of waiting mails in these queues. Job: read.
std::int64_t count_waiting(storage::Reader& reader, const QueueFilter& filter);

/// A place within a sweep: behind this row of the queue, or of the run.
struct SweepPosition {
  std::int64_t queue_id = 0;
  std::int64_t next_attempt_ms = INT64_MIN;
  std::int64_t first_attempt_ms = INT64_MIN;
  std::int64_t row_id = 0;
};

/// Looks at `most` mails from `position` on, and moves it; makes them due. Mail that was tried since the
/// order, or waits for its paused task, stays as it is. Returns whether more may be left. Job: write.
bool retry_some(storage::Writer& writer, const Sweep& sweep, SweepPosition& position, std::int64_t now_ms,
                std::size_t most);

/// Mail of a drop.
struct SweptRows {
  std::vector<std::int64_t> row_ids;
  bool any_taken = false;  // Some mail was passed over, since it is under way.
  bool more = false;       // There may be more behind the position.
};
/// Finds at most `most` mails of a drop that are not `taken`, among some thousands from `position` on, and
/// moves it. Mail whose time is brought forward behind it meanwhile is found by another pass. Job: read.
SweptRows find_swept(storage::Reader& reader, const Sweep& sweep, SweepPosition& position, std::size_t most,
                     const std::function<bool(std::int64_t)>& taken);

}  // namespace sesame::messages
