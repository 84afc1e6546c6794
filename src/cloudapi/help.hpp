#pragma once

#include <string>

#include "cloudapi/description.hpp"

namespace sesame::cloudapi {

/// The text of `sesame call ACTION --help`: summary, one line per flag (nested ones as
/// `--Template.TemplateID`) with type, need, limits and meaning, the answer's fields, the codes, and an
/// example. Lines end in '\n'; in English they have at most 100 columns. Thread: any.
std::string action_help(const ActionDescription& action, Language language);

/// One line per action, name and summary, for `sesame call --help`. Thread: any.
std::string action_list(Language language);

}  // namespace sesame::cloudapi
