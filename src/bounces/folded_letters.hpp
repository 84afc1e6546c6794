#pragma once

#include <string>
#include <string_view>

namespace sesame::bounces {

/// Folds a text for comparison across languages: lower case without accents ("Boîte" and "BOITE" become
/// "boite", "Groß" becomes "gross", "Ящик" becomes "ящик"), full-width letters as ASCII; apostrophes, soft
/// hyphens and zero-width characters are removed; punctuation and blanks beyond ASCII become a blank. ASCII,
/// scripts without case and invalid UTF-8 stay. Linear time. Thread: any.
std::string fold_letters(std::string_view text);

}  // namespace sesame::bounces
