#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bounces/bounce_mail.hpp"

namespace sesame::bounces {

/// A text of a bounce mail in its two halves.
struct SplitText {
  std::string_view notice;    // What the system says.
  std::string_view returned;  // The mail that it returns, if it stands in the same text.
};
SplitText split_returned(std::string_view text, const MailShapes& shapes);

/// Recipients that a text names as failed, each with what stands about it, in their order. `own` are
/// addresses of the sender's side, lower case, which are no recipients.
std::vector<Notice> read_notice_text(std::string_view notice, const std::vector<std::string>& own);

/// HTML as plain text, good enough to find words in it.
std::string text_of_html(std::string_view html);

}  // namespace sesame::bounces
