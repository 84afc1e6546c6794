#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sesame::mime {

inline constexpr std::size_t kMaxFoldedLineBytes = 78;   // RFC 5322 §2.1.1, without CRLF
inline constexpr std::size_t kMaxLineBytes = 998;        // RFC 5322 §2.1.1, without CRLF
inline constexpr std::size_t kMaxEncodedLineBytes = 76;  // RFC 2047 §2: a line with encoded words

/// Writes one header field word by word and begins a new line where the next word would make the line too
/// long. The first word stays on the line of the name: some receivers take a folded first line for an empty
/// field. `out` must outlive it. Thread: one.
class FieldWriter {
 public:
  /// Throws std::invalid_argument for a name that is not valid_header_name.
  FieldWriter(std::string& out, std::string_view name);

  /// Appends `gap` (spaces and tabs, at least one) and `text` (no control characters, 7-bit but for addresses
  /// of RFC 6532, not empty), on a new line when the present one has no room. A text longer than the maximum
  /// of a line is broken.
  void word(std::string_view text, std::string_view gap = " ");

  /// Appends UTF-8 text as encoded words (RFC 2047), each on its own line as far as needed.
  void encoded_words(std::string_view utf8);

  void end();

 private:
  void new_line();

  std::string& out_;
  std::size_t line_start_;
  bool name_only_ = true;
};

}  // namespace sesame::mime
