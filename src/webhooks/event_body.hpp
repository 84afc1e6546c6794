#pragma once

#include <string>

#include "effects/event.hpp"

namespace sesame::webhooks {

/// Writes the documented JSON body of a webhook post, its fields in the documented order. Thread: any.
std::string event_body(const effects::Event& event);

}  // namespace sesame::webhooks
