#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// What the ledger knows of one recipient of a run. The values are stored: never renumber them.
/// `none` and `let_through` are left exactly once; `deferred` may become any final state; a final state never
/// changes (docs/flow.md) but for mail that comes back.
enum class LedgerState : std::uint8_t {
  none = 0,
  delivered = 1,
  dropped = 2,
  refused = 3,
  let_through = 4,  // Without an outcome, too, but counted against the daily quota.
  deferred = 8,
  skipped = 9,    // The address is malformed.
  withheld = 10,  // Not to be mailed: suppressed.
};

/// Nobody knows yet what becomes of the recipient.
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
  std::string outcomes;  // One LedgerState a recipient; as long as `recipients`.

  LedgerState state(std::uint32_t index) const { return static_cast<LedgerState>(outcomes[index]); }
  void set(std::uint32_t index, LedgerState state) { outcomes[index] = static_cast<char>(state); }
};

/// Opens the ledger of a block: everybody in it is still to be mailed.
void open_ledger_block(storage::Writer& writer, std::int64_t run_id, const LedgerBlock& block);

/// The first block that ends behind `from_ordinal` and still has somebody without an outcome; none: no such
/// block.
std::optional<LedgerBlock> next_open_block(storage::Reader& reader, std::int64_t run_id,
                                           std::uint32_t from_ordinal);

/// Marks those of a block who have no outcome as let through. `indexes` count within the block.
void mark_let_through(storage::Writer& writer, std::int64_t run_id, std::uint32_t first_ordinal,
                      std::span<const std::uint32_t> indexes);

/// The one change of a final state: a mail that its server took came back. Who was delivered is refused, in
/// the ledger and in the run's counters; anybody else stays as they are.
void record_returned(storage::Writer& writer, std::int64_t run_id, std::uint32_t ordinal);

/// Writes outcomes, updates the counters of the runs, and finishes runs in which nobody is left without one
/// (and their tasks, unless a further start is to come). An entry for somebody who already has a final
/// outcome changes nothing: a repeat is not counted twice. `entries` is reordered.
void record_outcomes(storage::Writer& writer, std::span<LedgerEntry> entries, std::int64_t now_ms);

}  // namespace sesame::campaigns
