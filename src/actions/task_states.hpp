#pragma once

#include "actions/fields.hpp"
#include "campaigns/recipients.hpp"

namespace sesame::actions {

/// The states that `States` names; none when it is absent. Pure. Thread: any.
campaigns::RecipientStates read_states(const Fields& fields);

}  // namespace sesame::actions
