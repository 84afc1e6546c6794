#include "cloudapi/patterns.hpp"

#include <unictype.h>
#include <unistr.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace sesame::cloudapi {

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

bool is_label(std::string_view value) {
  if (value.starts_with(' ') || value.ends_with(' ')) return false;
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

/// Digits where `form` has 0, else the same characters.
bool has_form(std::string_view value, std::string_view form) {
  if (value.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == '0' ? value[i] < '0' || value[i] > '9' : value[i] != form[i]) return false;
  }
  return true;
}

int number(std::string_view digits) {
  int value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  return value;
}

bool is_date(std::string_view value) {
  if (!has_form(value, "0000-00-00")) return false;
  const std::chrono::year_month_day day{std::chrono::year(number(value.substr(0, 4))),
                                        std::chrono::month(static_cast<unsigned>(number(value.substr(5, 2)))),
                                        std::chrono::day(static_cast<unsigned>(number(value.substr(8, 2))))};
  return day.ok() && day.year() >= std::chrono::year(1970);
}

bool is_datetime(std::string_view value) {
  return has_form(value, "0000-00-00 00:00:00") && is_date(value.substr(0, 10)) &&
         number(value.substr(11, 2)) < 24 && number(value.substr(14, 2)) < 60 &&
         number(value.substr(17, 2)) < 60;
}

bool is_moment(std::string_view value) { return is_date(value) || is_datetime(value); }

constexpr std::array<std::pair<std::string_view, Pattern>, 6> kPatterns{{{"label", is_label},
                                                                         {"prose", is_prose},
                                                                         {"line", is_line},
                                                                         {"date", is_date},
                                                                         {"datetime", is_datetime},
                                                                         {"moment", is_moment}}};

}  // namespace

Pattern find_pattern(std::string_view name) {
  const auto found = std::ranges::find(kPatterns, name, &std::pair<std::string_view, Pattern>::first);
  return found == kPatterns.end() ? nullptr : found->second;
}

}  // namespace sesame::cloudapi
