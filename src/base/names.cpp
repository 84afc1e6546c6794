#include "base/names.hpp"

#include <unictype.h>
#include <unistr.h>

#include <cstdint>

#include "base/invisible.hpp"
#include "base/utf8.hpp"

namespace sesame {
namespace {

/// Whether `allowed` holds for every code point; false for malformed UTF-8.
template <class Allowed>
bool every_code_point(std::string_view value, Allowed allowed) {
  const auto* at = reinterpret_cast<const std::uint8_t*>(value.data());
  std::size_t left = value.size();
  while (left > 0) {
    ucs4_t point = 0;
    const int length = u8_mbtoucr(&point, at, left);
    if (length <= 0 || !allowed(point)) return false;
    at += length;
    left -= static_cast<std::size_t>(length);
  }
  return true;
}

bool is_control(ucs4_t point) {
  // Line and paragraph separators end a line as CR and LF do; bidirectional controls make a name look like
  // another.
  return uc_is_general_category_withtable(point,
                                          UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp) ||
         (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

}  // namespace

bool is_label(std::string_view value) {
  if (value.starts_with(' ') || value.ends_with(' ')) return false;
  if (utf8::valid(value) && find_invisible(value) != std::string_view::npos) return false;
  return every_code_point(value, [](ucs4_t point) {
    return point == ' ' || point == '_' || point == '-' ||
           uc_is_general_category_withtable(point,
                                            UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N);
  });
}

bool is_prose(std::string_view value) {
  return every_code_point(value, [](ucs4_t point) {
    return !is_control(point) && point != '<' && point != '>' && point != '"' && point != '\\';
  });
}

bool is_line(std::string_view value) {
  return every_code_point(value, [](ucs4_t point) { return !is_control(point); });
}

}  // namespace sesame
