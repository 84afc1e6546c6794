#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// Recognises what a file is from its bytes. Pure. Thread: any.
namespace sesame::commands {

/// Names a binary file's kind, and the way to a text file: "an Excel workbook (xlsx); save it as CSV
/// UTF-8". Empty when the bytes may be text.
std::string_view explain_binary(std::string_view first_bytes);

/// The encoding that a byte order mark names ("UTF-8", "UTF-16LE", ..), and the mark's bytes.
struct ByteOrderMark {
  std::string_view encoding;
  std::size_t bytes = 0;
};
std::optional<ByteOrderMark> byte_order_mark(std::string_view first_bytes);

/// "UTF-16LE" or "UTF-16BE" for text of mostly ASCII in that encoding without a mark; else empty.
std::string_view utf16_of(std::string_view bytes);

/// Guesses the encoding of a text that is not UTF-8, over all of its bytes. Thread: one.
class EncodingDetector {
 public:
  EncodingDetector();
  ~EncodingDetector();
  EncodingDetector(const EncodingDetector&) = delete;
  EncodingDetector& operator=(const EncodingDetector&) = delete;

  /// Any number of bytes, in order.
  void take(std::string_view bytes);
  /// "UTF-8", "GB18030", "WINDOWS-1252", .., in the words of iconv. A text of ASCII is UTF-8, and so is one
  /// in which nearly all characters are.
  std::string finish();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Finds the separator of a CSV file's cells, from its first line that is not empty.
struct Separator {
  char character = ',';
  bool declared = false;  // The line is `sep=X`, which spreadsheets write and leave out of the table.
};
Separator separator_of(std::string_view text);

/// A separator as people call it: "`;`", "tab".
std::string separator_name(char character);

}  // namespace sesame::commands
