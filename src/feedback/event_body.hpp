#pragma once

#include <string>

#include "feedback/event.hpp"

namespace sesame::feedback {

/// The documented JSON body of a webhook call, its fields in the documented order. Pure.
std::string event_body(const Event& event);

}  // namespace sesame::feedback
