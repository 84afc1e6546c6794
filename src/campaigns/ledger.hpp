#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// The state of one recipient in a run's ledger. The values are stored: never renumber them. `none` and
/// `let_through` are left exactly once; `deferred` may become any final state; final states change only when
/// a mail is returned (docs/flow.md).
enum class LedgerState : std::uint8_t {
  none = 0,
  delivered = 1,
  dropped = 2,
  refused = 3,
  let_through = 4,  // No outcome yet, but counted against the daily quota.
  deferred = 8,
  skipped = 9,    // The address is malformed.
  withheld = 10,  // Withheld, for example suppressed.
  /// Does not belong to the run, which mails some recipients of an older one again; or was removed from the
  /// group before the run began.
  left_out = 11,
};
inline constexpr std::size_t kLedgerStates = 12;

/// Whether the recipient has no outcome yet.
constexpr bool is_open(LedgerState state) {
  return state == LedgerState::none || state == LedgerState::let_through;
}
constexpr bool is_final(LedgerState state) { return !is_open(state) && state != LedgerState::deferred; }

struct LedgerEntry {
  std::int64_t run_id;
  std::uint32_t ordinal;
  LedgerState state;
};

/// The ledger of one block of a run: the unit that is loaded, mailed and recorded.
struct LedgerBlock {
  std::uint32_t first_ordinal = 0;
  std::uint32_t recipients = 0;
  std::string outcomes;  // One LedgerState per recipient: `recipients` bytes.

  LedgerState state(std::uint32_t index) const { return static_cast<LedgerState>(outcomes[index]); }
  void set(std::uint32_t index, LedgerState state) { outcomes[index] = static_cast<char>(state); }
};

/// Stores the ledger of a block whose recipients are all to be mailed. Job: write.
void open_ledger_block(storage::Writer& writer, std::int64_t run_id, const LedgerBlock& block);

/// Stores the ledger of a block in which `open` recipients have no outcome. Job: write.
void insert_ledger_block(storage::Writer& writer, std::int64_t run_id, const LedgerBlock& block,
                         std::int64_t open);

/// Finds the first block that ends after `from_ordinal` and has recipients without an outcome. nullopt when
/// there is no such block. Job: read.
std::optional<LedgerBlock> next_open_block(storage::Reader& reader, std::int64_t run_id,
                                           std::uint32_t from_ordinal);

/// Finds the first block that ends after `from_ordinal`. nullopt behind the last one. Job: read.
std::optional<LedgerBlock> next_block(storage::Reader& reader, std::int64_t run_id,
                                      std::uint32_t from_ordinal);

/// Marks recipients of a block who have no outcome as let through. `indexes` count within the block.
/// Job: write.
void mark_let_through(storage::Writer& writer, std::int64_t run_id, std::uint32_t first_ordinal,
                      std::span<const std::uint32_t> indexes);

/// Records a returned mail, the only change of a final state: a delivered recipient becomes refused, in the
/// ledger and in the run's counters; other states stay. Job: write.
void record_returned(storage::Writer& writer, std::int64_t run_id, std::uint32_t ordinal);

/// Finishes the run if its recipients all have an outcome, and its task as record_outcomes() does. False when
/// the run was finished before or is not done. Job: write.
bool finish_if_done(storage::Writer& writer, std::int64_t run_id, std::int64_t now_ms);

/// Records outcomes, updates the runs' counters, and finishes runs whose recipients all have an outcome (and
/// their tasks, unless a further start is planned, or the task is paused and mail of it waits for another
/// attempt: then it finishes with the last of that mail). Entries for recipients with a final outcome are
/// ignored, so repeats are not counted twice. Reorders `entries`. Job: write.
void record_outcomes(storage::Writer& writer, std::span<LedgerEntry> entries, std::int64_t now_ms);

}  // namespace sesame::campaigns
