#include "content/style_check.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "base/ascii.hpp"

namespace sesame::content {

namespace {

/// The value of the last declaration of a property; empty when there is none.
std::string_view value_of(std::string_view style, std::string_view property) {
  std::string_view value;
  for (const std::string_view declaration : ascii::split(style, ';')) {
    const std::size_t colon = declaration.find(':');
    if (colon != declaration.npos && ascii::iequals(ascii::trim(declaration.substr(0, colon)), property))
      value = ascii::trim(declaration.substr(colon + 1));
  }
  return value;
}

using Colour = std::array<double, 3>;  // Red, green and blue, from 0 to 1.

std::optional<Colour> colour_of(std::string_view text) {
  text = text.substr(0, text.find_first_of(" !"));
  if (ascii::iequals(text, "white")) text = "#ffffff";
  if (ascii::iequals(text, "black")) text = "#000000";
  constexpr std::size_t kShort = 4;
  constexpr std::size_t kLong = 7;
  if (!text.starts_with('#') || (text.size() != kShort && text.size() != kLong)) return std::nullopt;
  const std::size_t digits = text.size() == kShort ? 1 : 2;
  Colour colour{};
  for (std::size_t i = 0; i < colour.size(); ++i) {
    const std::string_view part = text.substr(1 + i * digits, digits);
    unsigned value = 0;
    const auto read = std::from_chars(part.data(), part.data() + part.size(), value, 16);
    if (read.ec != std::errc() || read.ptr != part.data() + part.size()) return std::nullopt;
    colour[i] = digits == 1 ? value * 17 / 255.0 : value / 255.0;
  }
  return colour;
}

/// WCAG 2.2, "relative luminance".
double luminance(const Colour& colour) {
  const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
  return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
}

}  // namespace

bool has_small_font(std::string_view style) {
  const std::string_view size = value_of(style, "font-size");
  double value = 0;
  const auto read = std::from_chars(size.data(), size.data() + size.size(), value);
  if (read.ec != std::errc()) return false;
  const std::string_view unit(read.ptr, static_cast<std::size_t>(size.data() + size.size() - read.ptr));
  constexpr double kPixelsPerPoint = 96.0 / 72.0;
  constexpr double kLegible = 14;
  if (ascii::istarts_with(unit, "pt")) value *= kPixelsPerPoint;
  const bool known = ascii::istarts_with(unit, "px") || ascii::istarts_with(unit, "pt");
  return known && value > 1 && value < kLegible;
}

bool has_low_contrast(std::string_view style) {
  const std::optional<Colour> text = colour_of(value_of(style, "color"));
  std::optional<Colour> ground = colour_of(value_of(style, "background-color"));
  if (!ground) ground = colour_of(value_of(style, "background"));
  if (!text || !ground) return false;
  const double lighter = std::max(luminance(*text), luminance(*ground));
  const double darker = std::min(luminance(*text), luminance(*ground));
  constexpr double kEnough = 4.5;
  return (lighter + 0.05) / (darker + 0.05) < kEnough;
}

}  // namespace sesame::content
