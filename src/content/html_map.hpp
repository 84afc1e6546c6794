#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sesame::content {

/// Where an `<a>` or `<area>` of an html text leads.
struct HtmlLink {
  std::size_t begin = 0;  // The bytes of its href in the text, without quotes.
  std::size_t end = 0;
  std::string value;  // As a reader's program understands it: character references resolved.
};

/// The places of an html text that something can be put into.
struct HtmlMap {
  std::vector<HtmlLink> links;  // In their order; none overlaps another.
  std::size_t body_end = 0;     // Before `</body>`, or `</html>`, or the end of the text.
};

/// What the parser is given to read and may build of it. A mail of half a megabyte stays below; beyond, some
/// of the rules of html cost the square of what there is: these keep the worst that anybody could write
/// small.
struct HtmlLimits {
  static constexpr std::size_t kStartTags = 16 * 1024;
  static constexpr std::size_t kTags = 2 * kStartTags;
  static constexpr std::size_t kAttributes = 32 * 1024;
  static constexpr std::size_t kAttributesOfTag = 256;  // Each is compared with all before it.
  static constexpr std::size_t kRootTags = 32;          // `<html>`, `<body>`: one gets the attributes of all.
  static constexpr std::size_t kDepth = 512;  // End tags look through all that is open. As in browsers.
  static constexpr std::size_t kNodes = 64 * 1024;
  static constexpr std::size_t kTreeBytes = 64 * 1024 * 1024;
};

/// Reads html as browsers do (by Gumbo). Links in comments, conditional ones included, in scripts and the
/// like are none; of a link marked with the attribute `data-no-track` nothing is said. A text beyond the
/// limits above has no links and ends at its end. Takes any bytes. Pure; safe from any thread.
HtmlMap map_html(std::string_view html);

}  // namespace sesame::content
