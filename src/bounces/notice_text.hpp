#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bounces/bounce_mail.hpp"

namespace sesame::bounces {

/// The text of a bounce mail in its two halves.
struct SplitText {
  std::string_view notice;    // The mail system's own text.
  std::string_view returned;  // The returned mail, if it is part of the text.
};
SplitText split_returned(std::string_view text, const MailShapes& shapes);

/// Reads the recipients that a text names as failed, in their order, each with the text about it. `own`:
/// addresses of the sender's side in lower case, which are skipped.
std::vector<Notice> read_notice_text(std::string_view notice, const std::vector<std::string>& own);

/// Converts HTML to plain text, well enough to search for words.
std::string text_of_html(std::string_view html);

}  // namespace sesame::bounces
