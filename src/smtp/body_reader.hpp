#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sesame::smtp {

/// Reads the mail that follows DATA: takes the dots out again (RFC 5321 §4.5.2) and finds its end, which is
/// CRLF "." CRLF and nothing else. A mail that is too large is read to its end without being kept, so that
/// the refusal reaches a client that is still writing. Thread: one.
class BodyReader {
 public:
  enum class State : std::uint8_t {
    more,
    complete,  // bytes() is the mail, unless one of the three below is true.
    bare_end,  // A CR or LF alone: the end of the mail is ambiguous, so nothing behind it can be read.
  };

  BodyReader(std::size_t bytes_max, std::size_t line_bytes_max)
      : bytes_max_(bytes_max), line_bytes_max_(line_bytes_max) {}

  /// Consumes whole lines, or bytes that cannot be part of a line's end, and returns their number. The rest,
  /// never longer than a line, must be given again with more behind it. Consumes nothing unless state() is
  /// `more`.
  std::size_t feed(std::string_view bytes);
  State state() const { return state_; }

  bool too_large() const { return too_large_; }
  bool has_long_line() const { return long_line_; }
  bool had_no_room() const { return no_room_; }
  /// The bytes consumed, kept or not.
  std::uint64_t taken() const { return taken_; }

  /// Memory is short: drops the bytes kept so far and keeps no more.
  void refuse_room();

  std::string& bytes() { return bytes_; }

 private:
  /// The number of bytes consumed; 0: the line is not complete.
  std::size_t take_line(std::string_view bytes);
  void keep(std::string_view text);
  void drop();

  const std::size_t bytes_max_;
  const std::size_t line_bytes_max_;
  State state_ = State::more;
  std::string bytes_;
  std::uint64_t taken_ = 0;
  bool too_large_ = false;
  bool long_line_ = false;
  bool no_room_ = false;
  bool inside_line_ = false;  // A part of a line that is too long was consumed.
  bool dropped_ = false;
};

}  // namespace sesame::smtp
