#pragma once

#include "base/error.hpp"

namespace sesame::shaping::errors {

// Files of rules of delivery cannot be read, or break a rule of their form. Each fault is one fact "fault".
// Facts: fault, more.
inline constexpr ErrorName kRules{
    "shaping.rules", Fault::input, {"{fault}{?; {more} more: `sesame shaping check` shows all}"}};

}  // namespace sesame::shaping::errors
