#pragma once

#include <cstdint>
#include <utility>

#include "messages/draft.hpp"

namespace sesame::delivery {

/// A draft inside the engine, with the history of its message: empty when it came from a source.
struct DueDraft : messages::Draft, messages::AttemptHistory {
  DueDraft() = default;
  DueDraft(messages::Draft draft, const messages::AttemptHistory& history = {})
      : Draft(std::move(draft)), AttemptHistory(history) {}

  bool for_sandbox = false;       // SplitOutlet gave it to the sandbox.
  std::uint64_t site_number = 0;  // The Site that ordered its composition.
};

}  // namespace sesame::delivery
