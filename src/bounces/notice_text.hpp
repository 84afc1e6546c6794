#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bounces/bounce_mail.hpp"

namespace sesame::bounces {

/// Reads the recipients that a text names as failed, in their order, each with the text about it. `own`:
/// addresses of the sender's side in lower case, which are skipped.
std::vector<Notice> read_notice_text(std::string_view notice, const std::vector<std::string>& own,
                                     const MailShapes& shapes);

/// Converts HTML to plain text, well enough to search for words.
std::string text_of_html(std::string_view html);

}  // namespace sesame::bounces
