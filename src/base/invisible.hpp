#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Characters that nobody sees: two texts that differ in one look alike, so none may identify anything. They
/// are format characters (U+200B, U+FEFF, U+202E, tags), those that Unicode ignores by default (U+00AD,
/// U+034F, U+3164), and code points without a meaning (unassigned, private, surrogates). The joiners U+200C
/// and U+200D count only where the script does not need them (RFC 5892 appendix A.1 and A.2). Pure. Thread:
/// any.
namespace sesame {

/// The position of the first invisible character in valid UTF-8; npos when there is none.
std::size_t find_invisible(std::string_view text);

/// The name of the character that begins at `at` in valid UTF-8: "U+200B".
std::string code_point_name(std::string_view text, std::size_t at);

/// Without white space of any script and invisible characters at both ends; a part of `text`. Text that is
/// not UTF-8 loses blanks only.
std::string_view trim_unseen(std::string_view text);

}  // namespace sesame
