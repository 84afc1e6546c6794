#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

/// Text functions that know ASCII only: no locale, and bytes above 127 pass through unchanged.
namespace sesame::ascii {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_alpha(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr char to_lower(char c) { return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }
constexpr char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; }

std::string lower(std::string_view text);
std::string upper(std::string_view text);

/// Without the white space at both ends; a part of `text`.
std::string_view trim(std::string_view text);

/// Equal, letters compared without case.
constexpr bool iequals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::ranges::equal(a, b, {}, to_lower, to_lower);
}

bool istarts_with(std::string_view text, std::string_view prefix);

/// The parts between separators, empty ones included, as parts of `text`; "" gives one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);

/// Only bytes below 128.
bool is_ascii(std::string_view text);

}  // namespace sesame::ascii
