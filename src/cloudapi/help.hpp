#pragma once

#include <string>

#include "cloudapi/description.hpp"

namespace sesame::cloudapi {

/// What `sesame call ACTION --help` prints: summary, one line a flag (nested ones as `--Template.TemplateID`)
/// with type, need, limits and meaning, the answer's fields, the codes, and an example. Lines end in '\n'; in
/// English they have at most 100 columns.
std::string action_help(const ActionDescription& action, Language language);

/// One line an action: name and summary; for `sesame call --help`.
std::string action_list(Language language);

}  // namespace sesame::cloudapi
