#pragma once

#include <string_view>

/// The rules of inline styles that concern reading. Accepts any bytes. Pure. Thread: any.
namespace sesame::content {

/// Whether the style sets a font below 14 px, and above 1 px: smaller text is hidden on purpose.
bool has_small_font(std::string_view style);

/// Whether the style sets both the colour of the text and of its ground, as `#rgb`, `#rrggbb`, `black` or
/// `white`, with a contrast below 4.5:1 (WCAG 2.2, 1.4.3).
bool has_low_contrast(std::string_view style);

}  // namespace sesame::content
