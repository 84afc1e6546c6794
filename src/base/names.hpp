#pragma once

#include <cstddef>
#include <string_view>

namespace sesame {

/// Whether a text may name a group or a template: letters and digits of any script, the marks that belong to
/// them, blanks, `_` and `-`; no blank at either end, nothing invisible. The functions here refuse malformed
/// UTF-8. Pure. Thread: any.
bool is_label(std::string_view text);

/// Whether a text may be a description: no control characters, `<`, `>`, `"` and `\`. Pure. Thread: any.
bool is_prose(std::string_view text);

/// Whether a text is one line: no control characters, line ends of Unicode and characters that change the
/// direction of writing. Pure. Thread: any.
bool is_line(std::string_view text);

}  // namespace sesame
