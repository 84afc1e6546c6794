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
/// `none` is left exactly once; `deferred` may become any final state; a final state never changes
/// (docs/flow.md).
enum class LedgerState : std::uint8_t {
  none = 0,
  delivered = 1,
  dropped = 2,
  refused = 3,
  deferred = 8,
  skipped = 9,    // The address is malformed.
  withheld = 10,  // Not to be mailed: suppressed.
};

constexpr bool is_final(LedgerState state) {
  return state != LedgerState::none && state != LedgerState::deferred;
}

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
};

/// Opens the ledger of a block: everybody in it is still to be mailed.
void open_ledger_block(storage::Writer& writer, std::int64_t run_id, const LedgerBlock& block);

/// The first block at or after `from_ordinal` that still has somebody without an outcome; none: no such
/// block.
std::optional<LedgerBlock> next_open_block(storage::Reader& reader, std::int64_t run_id,
                                           std::uint32_t from_ordinal);

/// Writes outcomes, updates the counters of the runs, and finishes runs (and their tasks) in which nobody is
/// left without one. An entry for somebody who already has a final outcome changes nothing: a repeat is not
/// counted twice. `entries` is reordered.
void record_outcomes(storage::Writer& writer, std::span<LedgerEntry> entries, std::int64_t now_ms);

}  // namespace sesame::campaigns
