#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "bounces/rules.hpp"

namespace sesame::bounces {

/// The form of the rules: TOML, described at the top of rules/bounces.toml. Appends what it reads. Error: as
/// BounceRules::parse.
Status read_rules(std::string_view toml, const std::string& path, std::vector<BounceRule>& rules,
                  MailShapes& shapes);

/// The bytes of a file of rules; "bounces.rules" when it is not there or too large.
Result<std::string> read_rule_file(const std::string& path);

}  // namespace sesame::bounces
