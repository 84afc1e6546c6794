#include "commands/text_format.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "base/charset.hpp"

namespace sesame::commands {

namespace {

struct Magic {
  std::string_view bytes;
  std::string_view what;
};

using namespace std::string_view_literals;

constexpr Magic kMagics[] = {
    {"PK\x03\x04"sv,
     "a workbook or a zip archive (xlsx, ods, zip); save the sheet as `CSV UTF-8` and import that"},
    {"\xd0\xcf\x11\xe0"sv, "an old Excel workbook (xls); save the sheet as `CSV UTF-8` and import that"},
    {"\x1f\x8b"sv, "compressed (gzip); `gunzip -c FILE | sesame import - --group NAME` imports it"},
    {"BZh"sv, "compressed (bzip2); `bunzip2 -c FILE | sesame import - --group NAME` imports it"},
    {"\xfd"
     "7zXZ"sv,
     "compressed (xz); `xz -dc FILE | sesame import - --group NAME` imports it"},
    {"\x28\xb5\x2f\xfd"sv, "compressed (zstd); `zstd -dc FILE | sesame import - --group NAME` imports it"},
    {"7z\xbc\xaf"sv, "a 7z archive; unpack it and import the CSV file in it"},
    {"%PDF"sv, "a PDF document; export the table as CSV from where it was made"},
    {"SQLite format 3"sv, "a SQLite database; export the table as CSV"},
    {"{\\rtf"sv, "an RTF document; save the table as CSV"},
};

constexpr ByteOrderMark kMarks[] = {
    {"UTF-32LE", 4}, {"UTF-32BE", 4}, {"UTF-8", 3}, {"UTF-16LE", 2}, {"UTF-16BE", 2}};
constexpr std::string_view kMarkBytes[] = {"\xff\xfe\x00\x00"sv, "\x00\x00\xfe\xff"sv, "\xef\xbb\xbf"sv,
                                           "\xff\xfe"sv, "\xfe\xff"sv};

constexpr char kSeparators[] = {',', ';', '\t', '|'};

/// The counts that decide whether a text is UTF-8, over bytes in pieces.
class Utf8Census {
 public:
  void take(unsigned char byte) {
    if (rest_ > 0) {
      if ((byte & 0xc0) == 0x80) {
        if (--rest_ == 0) ++characters_;
        return;
      }
      rest_ = 0;
      ++faults_;
    }
    if (byte < 0x80) return;
    if (byte >= 0xc2 && byte < 0xe0)
      rest_ = 1;
    else if (byte >= 0xe0 && byte < 0xf0)
      rest_ = 2;
    else if (byte >= 0xf0 && byte < 0xf5)
      rest_ = 3;
    else
      ++faults_;
  }
  /// A few damaged rows do not make a file of UTF-8 another one.
  bool is_utf8() const {
    constexpr std::size_t kFaultsPerCharacters = 10;
    return faults_ + (rest_ > 0 ? 1 : 0) == 0 || characters_ > faults_ * kFaultsPerCharacters;
  }

 private:
  unsigned rest_ = 0;
  std::size_t characters_ = 0;
  std::size_t faults_ = 0;
};

/// The lines that have bytes beyond ASCII, up to a bound: what an encoding is guessed by.
class ForeignLines {
 public:
  void take(char c) {
    constexpr std::size_t kBytesMax = 64 << 10;
    if (c == '\n' || c == '\r') {
      if (foreign_ && text_.size() < kBytesMax) text_ += line_ + '\n';
      line_.clear();
      foreign_ = false;
      return;
    }
    foreign_ = foreign_ || static_cast<signed char>(c) < 0;
    if (line_.size() < kBytesMax && text_.size() < kBytesMax) line_ += c;
  }
  std::string finish() {
    take('\n');
    return std::move(text_);
  }

 private:
  std::string text_, line_;
  bool foreign_ = false;  // Whether the line has such a byte.
};

}  // namespace

std::string_view explain_binary(std::string_view first_bytes) {
  for (const Magic& magic : kMagics) {
    if (first_bytes.starts_with(magic.bytes)) return magic.what;
  }
  if (byte_order_mark(first_bytes)) return "";
  // UTF-16 without a mark has a NUL beside each ASCII letter.
  if (first_bytes.find('\0') == std::string_view::npos || !utf16_of(first_bytes).empty()) return "";
  return "not a text file; import a CSV file";
}

std::string_view utf16_of(std::string_view bytes) {
  std::size_t nuls[2] = {0, 0};
  for (std::size_t i = 0; i < bytes.size(); ++i) nuls[i % 2] += bytes[i] == '\0' ? 1 : 0;
  const std::size_t half = bytes.size() / 2;
  if (half == 0) return "";
  if (nuls[1] * 2 > half && nuls[0] * 20 < half) return "UTF-16LE";
  if (nuls[0] * 2 > half && nuls[1] * 20 < half) return "UTF-16BE";
  return "";
}

std::optional<ByteOrderMark> byte_order_mark(std::string_view first_bytes) {
  for (std::size_t i = 0; i < std::size(kMarks); ++i) {
    if (first_bytes.starts_with(kMarkBytes[i])) return kMarks[i];
  }
  return std::nullopt;
}

struct EncodingDetector::Parts {
  Utf8Census utf8;
  ForeignLines lines;
};

EncodingDetector::EncodingDetector() : parts_(std::make_unique<Parts>()) {}
EncodingDetector::~EncodingDetector() = default;

void EncodingDetector::take(std::string_view bytes) {
  for (const char c : bytes) {
    parts_->utf8.take(static_cast<unsigned char>(c));
    parts_->lines.take(c);
  }
}

std::string EncodingDetector::finish() {
  if (parts_->utf8.is_utf8()) return "UTF-8";
  const std::optional<std::string_view> found = charset::guess(parts_->lines.finish());
  return found ? ascii::upper(*found) : "WINDOWS-1252";
}

Separator separator_of(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of("\r\n \xef\xbb\xbf"), text.size()));
  if (const std::string_view start = text.substr(text.starts_with('"') ? 1 : 0);
      ascii::istarts_with(start, "sep=") && start.size() > 4) {
    const std::string_view behind = start.substr(5);
    if (behind.empty() || behind.starts_with('\r') || behind.starts_with('\n') || behind.starts_with('"'))
      return {start[4], true};
  }
  std::size_t counts[std::size(kSeparators)] = {};
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '\r' || c == '\n')) break;
    for (std::size_t i = 0; !quoted && i < std::size(kSeparators); ++i)
      counts[i] += c == kSeparators[i] ? 1 : 0;
  }
  const auto most = std::ranges::max_element(counts);
  return {*most == 0 ? ',' : kSeparators[most - std::begin(counts)], false};
}

std::string separator_name(char character) {
  if (character == '\t') return "tab";
  return std::string("`") + character + "`";
}

}  // namespace sesame::commands
