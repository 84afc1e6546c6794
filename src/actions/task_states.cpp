#include "actions/task_states.hpp"

namespace sesame::actions {

campaigns::RecipientStates read_states(const Fields& fields) {
  campaigns::RecipientStates states;
  for (const std::string_view name : fields.text_views("States")) {
    if (const auto state = campaigns::recipient_state_of(name)) states.set(static_cast<std::size_t>(*state));
  }
  return states;
}

}  // namespace sesame::actions
