#pragma once

#include <string>
#include <string_view>

#include "bounces/rules.hpp"

/// Separates what a mail system says from what it repeats of the sent mail. Pure. Thread: any.
namespace sesame::bounces {

/// The text of a bounce mail in its two halves.
struct SplitText {
  std::string_view notice;  // The mail system's own text.
  std::string returned;     // The returned mail without quote marks, if it is part of the text.
};
SplitText split_returned(std::string_view text, const MailShapes& shapes);

/// Leaves out what a notice repeats of the mail (its subject, quoted lines) and what says nothing about the
/// failure: footers, disclaimers, a signature.
std::string own_words(std::string_view notice, const MailShapes& shapes);

}  // namespace sesame::bounces
