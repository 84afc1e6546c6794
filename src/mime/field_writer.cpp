#include "mime/field_writer.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/base64.hpp"
#include "mime/message.hpp"
#include "mime/unicode.hpp"

namespace sesame::mime {
namespace {

constexpr std::string_view kBase64Start = "=?utf-8?B?";
constexpr std::string_view kQuotedStart = "=?utf-8?Q?";
constexpr std::string_view kEnd = "?=";
constexpr std::size_t kMaxEncodedWordBytes = 75;  // RFC 2047 §2
constexpr std::size_t kFrameBytes = kBase64Start.size() + kEnd.size();
constexpr std::size_t kLongestCharacter = 12;  // four bytes as =XX=XX=XX=XX
constexpr char kHex[] = "0123456789ABCDEF";

// RFC 2047 §5 (3): the set that is safe in a phrase is safe everywhere.
bool stays(char c) {
  const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric || c == '!' || c == '*' || c == '+' || c == '-' || c == '/' || c == ' ';
}

std::size_t quoted_size(std::string_view text) {
  std::size_t size = 0;
  for (const char c : text) size += stays(c) ? 1 : 3;
  return size;
}

std::string quoted(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == ' ') {
      result += '_';
    } else if (stays(c)) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += {'=', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return result;
}

// How many bytes of `utf8` fit into `room` bytes of encoded text, whole characters only (RFC 2047 §5). In
// base64 a multiple of three where possible: some readers take the padding of a word for the end of the
// value.
std::size_t fitting_bytes(std::string_view utf8, bool base64, std::size_t room) {
  std::size_t bytes = 0;
  std::size_t unpadded = 0;
  std::size_t used = 0;
  while (bytes < utf8.size()) {
    const std::size_t size = character_bytes(utf8.substr(bytes));
    used = base64 ? (bytes + size + 2) / 3 * 4 : used + quoted_size(utf8.substr(bytes, size));
    if (used > room) break;
    bytes += size;
    if (bytes % 3 == 0) unpadded = bytes;
  }
  return base64 && bytes < utf8.size() && unpadded > 0 ? unpadded : bytes;
}

}  // namespace

FieldWriter::FieldWriter(std::string& out, std::string_view name) : out_(out), line_start_(out.size()) {
  if (!valid_header_name(name)) throw std::invalid_argument("header field name: " + std::string(name));
  out_ += name;
  out_ += ':';
}

void FieldWriter::new_line() {
  out_ += "\r\n";
  line_start_ = out_.size();
}

void FieldWriter::word(std::string_view text, std::string_view gap) {
  gap = gap.substr(0, kMaxFoldedLineBytes);
  const std::size_t column = out_.size() - line_start_;
  const bool fits = column + gap.size() + text.size() <= kMaxFoldedLineBytes;
  const bool breaks_here = !fits && (!name_only_ || column + gap.size() + text.size() > kMaxLineBytes);
  if (breaks_here) new_line();
  out_ += gap;
  name_only_ = false;
  for (std::size_t room = kMaxLineBytes - gap.size(); text.size() > room; room = kMaxLineBytes - 1) {
    out_ += text.substr(0, room);
    text.remove_prefix(room);
    new_line();
    out_ += ' ';
  }
  out_ += text;
}

void FieldWriter::encoded_words(std::string_view utf8) {
  const bool base64 = (utf8.size() + 2) / 3 * 4 < quoted_size(utf8);
  while (!utf8.empty()) {
    const std::size_t column = out_.size() - line_start_ + 1;
    if (column + kFrameBytes + kLongestCharacter > kMaxEncodedLineBytes) {
      new_line();
      continue;
    }
    const std::size_t room = std::min(kMaxEncodedWordBytes, kMaxEncodedLineBytes - column) - kFrameBytes;
    const std::size_t bytes = fitting_bytes(utf8, base64, room);
    out_ += ' ';
    out_ += base64 ? kBase64Start : kQuotedStart;
    out_ += base64 ? encode_base64(utf8.substr(0, bytes)) : quoted(utf8.substr(0, bytes));
    out_ += kEnd;
    name_only_ = false;
    utf8.remove_prefix(bytes);
  }
}

void FieldWriter::end() { out_ += "\r\n"; }

}  // namespace sesame::mime
