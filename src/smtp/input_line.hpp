#pragma once

#include <cstddef>
#include <string_view>

namespace sesame::smtp {

/// The state of the first line in the bytes that a client has sent.
enum class LineState : unsigned char {
  more,      // No whole line yet.
  complete,  // A line.
  bare_end,  // A CR or LF that is not part of a CRLF.
  too_long,
};

struct InputLine {
  LineState state = LineState::more;
  std::string_view text;  // Without the CRLF; points into the given bytes.
  std::size_t bytes = 0;  // The line's length with the CRLF.
};

/// Reads one line. Only CRLF ends a line (RFC 5321 §2.3.8): where two servers on a mail's way disagree about
/// that, one mail can be smuggled inside another. `bytes_max` counts the CRLF. Pure. Thread: any.
InputLine read_line(std::string_view bytes, std::size_t bytes_max);

}  // namespace sesame::smtp
