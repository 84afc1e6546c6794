#pragma once

#include <string>
#include <string_view>

namespace sesame::bounces {

/// A text for comparing words of many languages: lower case without accents ("Boîte" and "BOITE" are
/// "boite", "Groß" is "gross", "Ящик" is "ящик"), full-width letters as plain ones, apostrophes, soft hyphens
/// and what has no width gone, other punctuation and blanks beyond ASCII as a blank. ASCII, scripts without
/// case and bytes that are not UTF-8 stay. Pure; any thread; linear.
std::string fold_letters(std::string_view text);

}  // namespace sesame::bounces
