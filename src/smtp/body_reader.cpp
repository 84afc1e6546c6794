#include "smtp/body_reader.hpp"

#include "smtp/input_line.hpp"

namespace sesame::smtp {

std::size_t BodyReader::feed(std::string_view bytes) {
  std::size_t total = 0;
  while (state_ == State::more) {
    const std::size_t took = take_line(bytes.substr(total));
    if (took == 0) break;
    total += took;
  }
  taken_ += total;
  return total;
}

std::size_t BodyReader::take_line(std::string_view bytes) {
  const InputLine line = read_line(bytes, line_bytes_max_);
  if (line.state == LineState::more) return 0;
  if (line.state == LineState::bare_end) {
    state_ = State::bare_end;
    drop();
    return 0;
  }
  const bool begins_here = !inside_line_;
  if (line.state == LineState::too_long) {
    long_line_ = inside_line_ = true;
    drop();
    // Its last byte may be the CR of the line's end.
    return line_bytes_max_ - 1;
  }
  inside_line_ = false;
  std::string_view text = bytes.substr(0, line.bytes);
  if (begins_here && text.front() == '.') {
    if (line.text.size() == 1) {
      state_ = State::complete;
      return line.bytes;
    }
    text.remove_prefix(1);
  }
  keep(text);
  return line.bytes;
}

void BodyReader::keep(std::string_view text) {
  if (too_large_ || dropped_) return;
  if (text.size() > bytes_max_ - bytes_.size()) {
    too_large_ = true;
    drop();
    return;
  }
  bytes_ += text;
}

void BodyReader::refuse_room() {
  no_room_ = true;
  drop();
}

void BodyReader::drop() {
  dropped_ = true;
  std::string().swap(bytes_);
}

}  // namespace sesame::smtp
