#pragma once

#include <string_view>

namespace sesame::cloudapi {

using Pattern = bool (*)(std::string_view);

/// Finds the check for a form of string values (the key "pattern" of api/*.json); nullptr for an unknown
/// name. It returns whether a value has the form; malformed UTF-8 never has. Thread: any.
///   label     letters and digits of any script, space, `_` and `-`; does not begin or end with a space
///   prose     no control characters and none of < > " and backslash
///   line      one line: no control characters
///   date      YYYY-MM-DD, a day that exists
///   datetime  YYYY-MM-DD HH:MM:SS, a moment that exists
///   moment    a date or a datetime
///   digits    a whole number, however long
Pattern find_pattern(std::string_view name);

}  // namespace sesame::cloudapi
