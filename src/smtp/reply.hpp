#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sesame::smtp {

/// Limits of one reply. RFC 5321 §4.5.3.1.5 asks for 512 bytes a line; real servers put paragraphs and links
/// into their refusals.
inline constexpr std::size_t kReplyLineBytesMax = 4096;  // A longer line is cut, its code counts.
inline constexpr std::size_t kReplyLinesMax = 128;
inline constexpr std::size_t kReplyBytesMax = 64 * 1024;

struct Reply {
  unsigned code = 0;     // 200 to 599.
  std::string enhanced;  // RFC 2034 code such as "5.1.1" when its class is the reply's, else empty.
  std::string text;      // The lines without codes, joined by '\n': the peer's raw bytes, in any encoding.

  unsigned kind() const { return code / 100; }
  bool positive() const { return kind() == 2; }
};

/// Reads replies out of a stream of bytes (RFC 5321 §4.2). Accepts lines that end in a bare LF, a code
/// without text, and codes that differ within one class (the last line's counts). Anything else that is not a
/// reply is `broken` for good. Thread: one.
class ReplyParser {
 public:
  enum class State : std::uint8_t { more, complete, broken };

  /// Consumes bytes up to the end of one reply and returns their number. Consumes nothing unless state() is
  /// `more`.
  std::size_t feed(std::string_view bytes);
  State state() const { return state_; }

  /// The complete reply; the parser is ready for the next one.
  Reply take();

  /// The first bytes of an unfinished or broken reply, for the log.
  const std::string& seen() const { return line_; }

 private:
  void end_of_line();
  void accept_line(std::string_view line);
  void append_text(std::string_view text);

  State state_ = State::more;
  std::string line_;  // At most kReplyLineBytesMax bytes.
  Reply reply_;
  std::size_t lines_ = 0;
  std::size_t bytes_ = 0;
};

/// Makes a peer's text safe to store and show: valid UTF-8 (other encodings are converted when the bytes show
/// which, by charset::guess; other bytes become \xNN), controls and line ends become spaces, at most
/// `bytes_max` bytes.
std::string displayable(std::string_view raw, std::size_t bytes_max);

}  // namespace sesame::smtp
