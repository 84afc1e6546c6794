#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "campaigns/ledger.hpp"

namespace sesame::campaigns {

/// The states of a recipient, which are those of the equation that Task counts. Stored as bits of a set of
/// states: never renumber them.
enum class RecipientState : std::uint8_t {
  delivered,
  refused,
  dropped,
  withheld,
  skipped,
  deferred,
  waiting,
  stopped,
};
inline constexpr std::size_t kRecipientStates = 8;
using RecipientStates = std::bitset<kRecipientStates>;

/// "delivered".
std::string_view name_of(RecipientState state);
std::optional<RecipientState> recipient_state_of(std::string_view name);

/// The state that the ledger's entry has in a run that is finished (ended, stopped or failed) or not. nullopt
/// for recipients whom the run leaves out.
std::optional<RecipientState> state_of(LedgerState entry, bool finished);

/// Whether the entry of such a run has one of the states.
bool is_among(const RecipientStates& states, LedgerState entry, bool finished);

}  // namespace sesame::campaigns
