#include "audience/names.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "audience/groups.hpp"
#include "base/utf8.hpp"

namespace sesame::audience {
namespace {

using Range = std::pair<char32_t, char32_t>;

// Latin letters with marks, then the scripts of Chinese, Japanese and Korean.
constexpr std::array<Range, 9> kLetters{{{0xc0, 0xd6},
                                         {0xd8, 0xf6},
                                         {0xf8, 0x24f},
                                         {0x3040, 0x30ff},
                                         {0x3400, 0x4dbf},
                                         {0x4e00, 0x9fff},
                                         {0xac00, 0xd7a3},
                                         {0xf900, 0xfaff},
                                         {0x20000, 0x323af}}};

/// Takes the first code point off a valid, non-empty text.
char32_t take_code_point(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  char32_t point = size == 1 ? lead : lead & (0x7f >> size);
  for (const char c : text.substr(1, size - 1)) point = point << 6 | (c & 0x3f);
  text.remove_prefix(size);
  return point;
}

bool is_name_character(char32_t c) {
  if (c < 0x80) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' ||
           c == '_' || c == '-';
  }
  return std::ranges::any_of(kLetters,
                             [c](const Range& range) { return c >= range.first && c <= range.second; });
}

bool is_description_character(char32_t c) {
  constexpr std::u32string_view kForbidden = U"<>&\"'";
  const bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
  return !control && kForbidden.find(c) == kForbidden.npos;
}

template <class Allowed>
bool consists_of(std::string_view text, std::size_t max_characters, Allowed allowed) {
  if (text.empty() || !utf8::valid(text) || utf8::count(text) > max_characters) return false;
  while (!text.empty()) {
    if (!allowed(take_code_point(text))) return false;
  }
  return true;
}

}  // namespace

bool is_group_name(std::string_view name) {
  if (name.starts_with(' ') || name.ends_with(' ')) return false;
  return consists_of(name, kMaxNameCharacters, is_name_character);
}

bool is_group_description(std::string_view text) {
  return consists_of(text, kMaxDescriptionCharacters, is_description_character);
}

}  // namespace sesame::audience
