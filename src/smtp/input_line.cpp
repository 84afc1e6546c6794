#include "smtp/input_line.hpp"

namespace sesame::smtp {

InputLine read_line(std::string_view bytes, std::size_t bytes_max) {
  InputLine line;
  const std::string_view window = bytes.substr(0, bytes_max);
  const std::size_t feed = window.find('\n');
  const std::size_t carriage = window.substr(0, feed).find('\r');
  if (feed == std::string_view::npos) {
    // A CR at the very end may still become a CRLF.
    const bool bare = carriage != std::string_view::npos && carriage + 1 < window.size();
    if (bare) {
      line.state = LineState::bare_end;
    } else if (bytes.size() >= bytes_max) {
      line.state = LineState::too_long;
    }
    return line;
  }
  if (carriage == std::string_view::npos || carriage + 1 != feed) {
    line.state = LineState::bare_end;
    return line;
  }
  line.state = LineState::complete;
  line.text = window.substr(0, carriage);
  line.bytes = feed + 1;
  return line;
}

}  // namespace sesame::smtp
