#pragma once

#include <string_view>
#include <vector>

namespace sesame::smtp {

/// The pieces to write after 354, in order: the message with a dot before each line that starts with one
/// (RFC 5321 §4.5.2) and the final dot. Nothing is copied: the pieces point into `message` and at literals.
/// Usually there are two. The message must have CRLF line ends; a missing last one is added.
void stuff_dots(std::string_view message, std::vector<std::string_view>& pieces);

/// True when every CR and LF is part of a CRLF and there is no NUL: only such bytes may go on the wire
/// (RFC 5321 §2.3.8; anything else invites smuggling).
bool has_clean_line_ends(std::string_view message);

}  // namespace sesame::smtp
