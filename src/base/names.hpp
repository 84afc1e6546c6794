#pragma once

#include <cstddef>
#include <string_view>

namespace sesame {

/// What people may call their groups and templates: letters and digits of any script, the marks that belong
/// to them, blanks, `_` and `-`; no blank at either end. Pure. Malformed UTF-8 is neither.
bool is_label(std::string_view text);

/// A description: anything but control characters, `<`, `>`, `"` and `\`. Pure.
bool is_prose(std::string_view text);

/// One line: anything but control characters, line ends of Unicode and characters that turn the direction of
/// writing. Pure.
bool is_line(std::string_view text);

}  // namespace sesame
