#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "bounces/rules.hpp"

namespace sesame::bounces {

/// Reads rules in TOML, described at the top of rules/bounces.toml, and appends them to `rules` and `shapes`.
/// Errors as BounceRules::parse.
Status read_rules(std::string_view toml, const std::string& path, std::vector<BounceRule>& rules,
                  MailShapes& shapes);

/// Reads the bytes of a rule file. Error: errors::kRules when it does not exist or is too large.
Result<std::string> read_rule_file(const std::string& path);

}  // namespace sesame::bounces
