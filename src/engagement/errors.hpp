#pragma once

#include "base/error.hpp"

namespace sesame::engagement::errors {

// A page of unsubscribing was answered before the database was.
inline constexpr ErrorName kNotAsked{"engagement.not_asked", Fault::internal};

}  // namespace sesame::engagement::errors
