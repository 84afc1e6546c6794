#include "cloudapi/patterns.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/names.hpp"

namespace sesame::cloudapi {

namespace {

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

bool is_digits(std::string_view value) {
  return !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_moment(std::string_view value) { return is_date(value) || is_datetime(value); }

constexpr std::array<std::pair<std::string_view, Pattern>, 7> kPatterns{{{"label", is_label},
                                                                         {"prose", is_prose},
                                                                         {"line", is_line},
                                                                         {"date", is_date},
                                                                         {"datetime", is_datetime},
                                                                         {"moment", is_moment},
                                                                         {"digits", is_digits}}};

}  // namespace

Pattern find_pattern(std::string_view name) {
  const auto found = std::ranges::find(kPatterns, name, &std::pair<std::string_view, Pattern>::first);
  return found == kPatterns.end() ? nullptr : found->second;
}

}  // namespace sesame::cloudapi
