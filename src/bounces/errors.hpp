#pragma once

#include "base/error.hpp"

namespace sesame::bounces::errors {

// A file of bounce rules cannot be read or breaks a rule of its form. Facts: path, line, rule, problem.
inline constexpr ErrorName kRules{
    "bounces.rules",
    Fault::input,
    {"rules of classification, {path}{?, line {line}}{?, rule `{rule}`}: {problem}"}};

}  // namespace sesame::bounces::errors
