#pragma once

#include <string_view>

namespace sesame::cloudapi {

using Pattern = bool (*)(std::string_view);

/// The named form of a string value (the key "pattern" of api/*.json), or nullptr for an unknown name. A
/// pattern takes UTF-8 and says whether the value has the form; malformed UTF-8 never has.
///   label     letters and digits of any script, space, `_` and `-`; does not begin or end with a space
///   prose     no control characters and none of < > " and backslash
///   line      one line: no control characters
///   date      YYYY-MM-DD, a day that exists
///   datetime  YYYY-MM-DD HH:MM:SS, a moment that exists
///   moment    either of the last two
///   digits    a whole number, however long
Pattern find_pattern(std::string_view name);

}  // namespace sesame::cloudapi
