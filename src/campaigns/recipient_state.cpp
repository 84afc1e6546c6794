#include "campaigns/recipient_state.hpp"

#include <algorithm>
#include <array>

namespace sesame::campaigns {

namespace {

constexpr std::array<std::string_view, kRecipientStates> kNames{
    "delivered", "refused", "dropped", "withheld", "skipped", "deferred", "waiting", "stopped"};

}  // namespace

std::string_view name_of(RecipientState state) { return kNames[static_cast<std::size_t>(state)]; }

std::optional<RecipientState> recipient_state_of(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<RecipientState>(found - kNames.begin());
}

std::optional<RecipientState> state_of(LedgerState entry, bool finished) {
  switch (entry) {
    case LedgerState::delivered:
      return RecipientState::delivered;
    case LedgerState::dropped:
      return RecipientState::dropped;
    case LedgerState::refused:
      return RecipientState::refused;
    case LedgerState::deferred:
      return RecipientState::deferred;
    case LedgerState::skipped:
      return RecipientState::skipped;
    case LedgerState::withheld:
      return RecipientState::withheld;
    case LedgerState::left_out:
      return std::nullopt;
    case LedgerState::none:
    case LedgerState::let_through:
      break;
  }
  return finished ? RecipientState::stopped : RecipientState::waiting;
}

bool is_among(const RecipientStates& states, LedgerState entry, bool finished) {
  const std::optional<RecipientState> state = state_of(entry, finished);
  return state && states.test(static_cast<std::size_t>(*state));
}

}  // namespace sesame::campaigns
