#pragma once

#include <utility>

#include "messages/draft.hpp"

namespace sesame::delivery {

/// A draft on its way through the engine, with the history of its message: empty when a source gave it out.
struct DueDraft : messages::Draft, messages::AttemptHistory {
  DueDraft() = default;
  DueDraft(messages::Draft draft, const messages::AttemptHistory& history = {})
      : Draft(std::move(draft)), AttemptHistory(history) {}
};

}  // namespace sesame::delivery
