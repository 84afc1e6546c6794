#include <gmime/gmime.h>

#include <array>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mime/read_mail.hpp"

namespace sesame::mime {
namespace {

constexpr std::size_t kCharsetBytesMax = 60;

/// A conversion descriptor, closed at the end.
class Conversion {
 public:
  explicit Conversion(const char* from) : descriptor_(g_mime_iconv_open("UTF-8", from)) {}
  ~Conversion() {
    if (valid()) g_mime_iconv_close(descriptor_);
  }
  Conversion(const Conversion&) = delete;
  Conversion& operator=(const Conversion&) = delete;

  bool valid() const { return descriptor_ != reinterpret_cast<iconv_t>(-1); }

  /// Bytes that do not fit become `?`; `faults` counts them.
  std::string convert(std::string_view text, std::size_t& faults) const {
    std::string converted;
    std::array<char, 4096> chunk{};
    char* in = const_cast<char*>(text.data());  // iconv's own signature; it does not write there.
    std::size_t left = text.size();
    while (left > 0) {
      char* out = chunk.data();
      std::size_t room = chunk.size();
      const bool done = iconv(descriptor_, &in, &left, &out, &room) != static_cast<std::size_t>(-1);
      converted.append(chunk.data(), static_cast<std::size_t>(out - chunk.data()));
      if (done || left == 0) break;
      if (room < 8) continue;  // Full, not faulty.
      converted.push_back('?');
      ++faults, ++in, --left;
    }
    return converted;
  }

 private:
  iconv_t descriptor_;
};

bool has_japanese_escapes(std::string_view text) {
  // RFC 1468: ESC $ B or ESC $ @ shifts to JIS X 0208.
  return text.find("\x1b$B") != text.npos || text.find("\x1b$@") != text.npos;
}

std::string by_charset(std::string_view text, const std::string& charset, std::size_t& faults) {
  const Conversion conversion(charset.c_str());
  if (!conversion.valid()) {
    faults = text.size();
    return {};
  }
  return conversion.convert(text, faults);
}

}  // namespace

std::string as_utf8(std::string_view text, std::string_view charset) {
  std::string decoded;
  const std::string name = ascii::lower(charset);
  const bool japanese = has_japanese_escapes(text);
  const bool says_nothing =
      name.empty() || name == "utf-8" || name == "us-ascii" || name.starts_with("unknown");
  if (ascii::is_ascii(text) && !japanese && (says_nothing || name.starts_with("iso-8859"))) {
    decoded = text;
  } else {
    std::size_t faults = 0;
    const bool named = !says_nothing && name.size() <= kCharsetBytesMax;
    if (named) decoded = by_charset(text, name, faults);
    // A charset that does not fit was named wrongly: many systems quote foreign text under their own label.
    if (!named || faults * 20 > text.size()) {
      faults = 0;
      if (japanese) {
        decoded = by_charset(text, "iso-2022-jp", faults);
      } else {
        decoded = utf8::valid(text) ? std::string(text) : by_charset(text, "windows-1252", faults);
      }
    }
  }
  for (char& c : decoded)
    if (c == '\0') c = ' ';
  return utf8::valid(decoded) ? decoded : std::string();
}

}  // namespace sesame::mime
