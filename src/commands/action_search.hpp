#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "cloudapi/description.hpp"

namespace sesame::commands {

/// The actions that the words of `query` fit best, at most ten, the best first: by name, by what they do (in
/// both languages), by fields and by error codes. Words that fit nothing are passed over; an empty query fits
/// all. `effect`: only actions of that effect. Pure. Thread: any.
std::vector<const cloudapi::ActionDescription*> search_actions(
    std::string_view query, std::optional<cloudapi::ActionDescription::Effect> effect);

}  // namespace sesame::commands
