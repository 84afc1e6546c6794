#include "base/variable_name.hpp"

#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

#include "base/ascii.hpp"
#include "base/invisible.hpp"
#include "base/utf8.hpp"

namespace sesame {
namespace {

// White space and composition change the size; longer text is rejected in any form.
constexpr std::size_t kRawBytesMax = 8 * kVariableNameBytesMax;

bool is_name_byte(char c) {
  return ascii::is_alpha(c) || ascii::is_digit(c) || c == '_' || c == '-' || c == '.';
}

std::string composed(const std::string& text) {
  if (ascii::is_ascii(text)) return text;
  std::size_t size = 0;
  const std::unique_ptr<std::uint8_t, decltype(&std::free)> result(
      u8_normalize(UNINORM_NFC, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), nullptr,
                   &size),
      &std::free);
  if (result == nullptr) throw std::bad_alloc();  // Valid UTF-8 fails for no other reason.
  return std::string(reinterpret_cast<const char*>(result.get()), size);
}

}  // namespace

bool is_plain_variable_name(std::string_view text) {
  return !text.empty() && text.size() <= kVariableNameBytesMax &&
         std::all_of(text.begin(), text.end(), is_name_byte);
}

std::optional<std::string> variable_name(std::string_view text) {
  if (is_plain_variable_name(text)) return std::string(text);
  if (text.size() > kRawBytesMax || !utf8::valid(text)) return std::nullopt;
  text = trim_unseen(text);
  if (find_invisible(text) != std::string_view::npos) return std::nullopt;
  std::string name;
  for (std::size_t at = 0; at < text.size();) {
    ucs4_t point = 0;
    const auto size = static_cast<std::size_t>(
        u8_mbtouc(&point, reinterpret_cast<const std::uint8_t*>(text.data()) + at, text.size() - at));
    if (uc_is_property_white_space(point)) {
      if (!name.ends_with(' ')) name += ' ';
    } else if (point >= 0x80 ? uc_is_general_category_withtable(point, UC_CATEGORY_MASK_Cc)
                             : !is_name_byte(static_cast<char>(point))) {
      return std::nullopt;
    } else {
      name += text.substr(at, size);
    }
    at += size;
  }
  name = composed(name);
  if (name.empty() || name.size() > kVariableNameBytesMax) return std::nullopt;
  return name;
}

}  // namespace sesame
