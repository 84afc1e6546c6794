#pragma once

#include <string>

#include "effects/event.hpp"

namespace sesame::webhooks {

/// The documented JSON body of a webhook call, its fields in the documented order. Pure.
std::string event_body(const effects::Event& event);

}  // namespace sesame::webhooks
