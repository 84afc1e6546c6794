#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sesame::smtp {

/// Reads the mail that follows DATA: takes the dots out again (RFC 5321 §4.5.2) and finds its end, which is
/// CRLF "." CRLF and nothing else. What is too much is read to the end without being kept, so that the
/// refusal reaches a client that is still writing. For one thread.
class BodyReader {
 public:
  enum class State : std::uint8_t {
    more,
    complete,  // bytes() is the mail, unless one of the three below says no.
    bare_end,  // A CR or LF alone: where the mail ends is open to dispute, so nothing behind it can be read.
  };

  BodyReader(std::size_t bytes_max, std::size_t line_bytes_max)
      : bytes_max_(bytes_max), line_bytes_max_(line_bytes_max) {}

  /// Takes whole lines, or what is surely no end of one, and returns how many bytes that was; the rest must
  /// be given again with more behind it, and is never longer than a line. Takes nothing unless state() is
  /// `more`.
  std::size_t feed(std::string_view bytes);
  State state() const { return state_; }

  bool too_large() const { return too_large_; }
  bool has_long_line() const { return long_line_; }
  bool had_no_room() const { return no_room_; }
  /// Everything that was taken, kept or not.
  std::uint64_t taken() const { return taken_; }

  /// There is no room for what comes: nothing is kept, also of what was.
  void refuse_room();

  std::string& bytes() { return bytes_; }

 private:
  /// How much of `bytes` was taken; 0: a line is not whole.
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
  bool inside_line_ = false;  // A part of a line that is too long was taken.
  bool dropped_ = false;
};

}  // namespace sesame::smtp
