#pragma once

#include "base/error.hpp"

namespace sesame::engagement::errors {

// A page of unsubscribing was answered before the database was.
inline constexpr ErrorName kNotAsked{"engagement.not_asked", Fault::internal};

// A file of visitor rules cannot be read or breaks a rule of its form. Facts: path, line, rule, problem.
inline constexpr ErrorName kVisitorRules{
    "engagement.visitor_rules",
    Fault::input,
    {"rules of visitors, {path}{?, line {line}}{?, rule `{rule}`}: {problem}"}};

}  // namespace sesame::engagement::errors
