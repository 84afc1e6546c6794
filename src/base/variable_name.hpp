#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// The names of variables: what a template writes as `{{First Name}}` and what a recipient's data or a column
/// of a list is called. Pure. Thread: any.
namespace sesame {

inline constexpr std::size_t kVariableNameBytesMax = 64;

/// The form in which names are compared: without blanks and invisible characters at the ends, one blank for
/// each run of white space inside, Unicode in NFC. nullopt for other text: empty, longer than
/// kVariableNameBytesMax, not UTF-8, or with another character than letters, digits, `_`, `-`, `.`, blanks
/// and visible characters beyond ASCII.
std::optional<std::string> variable_name(std::string_view text);

/// Whether the text is a name in that form already, seen without the tables of Unicode: false may be wrong.
bool is_plain_variable_name(std::string_view text);

}  // namespace sesame
