#pragma once

#include <string>

#include "base/result.hpp"
#include "bounces/rules.hpp"

namespace sesame::bounces {

/// Checks that each sample of `rules` is decided by its own rule when the rules of `all` are tried. Error:
/// errors::kRules with the facts "path", "rule" and "problem", which quotes the sample. Pure. Thread: any.
Status check_samples(const BounceRules& rules, const BounceRules& all, const std::string& path);

}  // namespace sesame::bounces
