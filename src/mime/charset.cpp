#include <algorithm>

#include "base/ascii.hpp"
#include "base/charset.hpp"
#include "base/utf8.hpp"
#include "mime/read_mail.hpp"

namespace sesame::mime {
namespace {

/// Encodings in which ASCII bytes may mean something else.
bool shifts_in_ascii(std::string_view encoding) {
  return encoding.starts_with("iso-2022") || encoding.starts_with("utf-16") ||
         encoding.starts_with("utf-32") || encoding == "utf-7" || encoding == "hz-gb-2312";
}

std::string by_guess(std::string_view text) {
  const std::string_view guessed = charset::guess(text).value_or("windows-1252");
  auto converted = charset::to_utf8(text, guessed);
  return converted ? std::move(converted->text) : utf8::mended(text);
}

std::string decoded(std::string_view text, std::string_view charset) {
  const std::string_view encoding = charset::encoding_of(charset);
  const bool ascii_only = ascii::is_ascii(text) && text.find('\x1b') == text.npos;
  if (ascii_only && !shifts_in_ascii(encoding)) return std::string(text);
  // These labels are written by programs that did not look at the text.
  const bool says_nothing = encoding.empty() || ascii::iequals(charset, "us-ascii");
  if (says_nothing || (encoding == "utf-8" && !utf8::valid(text))) return by_guess(text);
  auto converted = charset::to_utf8(text, charset);
  // A charset that does not fit was named wrongly: many systems quote foreign text under their own label.
  const bool fits = converted && converted->faults * 20 <= text.size();
  return fits ? std::move(converted->text) : by_guess(text);
}

}  // namespace

std::string as_utf8(std::string_view text, std::string_view charset) {
  std::string utf8 = decoded(text, charset);
  std::ranges::replace(utf8, '\0', ' ');
  return utf8;
}

}  // namespace sesame::mime
