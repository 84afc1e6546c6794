#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sesame::content {

/// The target of an `<a>` or `<area>` of an html text.
struct HtmlLink {
  std::size_t begin = 0;  // The bytes of its href in the text, without quotes.
  std::size_t end = 0;
  std::string value;  // The target with its character references resolved, as a mail program sees it.
};

/// The places of an html text at which links are replaced and additions inserted.
struct HtmlMap {
  std::vector<HtmlLink> links;  // In the order of the text, without overlaps.
  /// Before `</body>`, or `</html>`, or the end of the text; earlier when the text leaves something open
  /// there that hides what follows: a comment, a tag, an element such as `<style>` or `<textarea>`.
  std::size_t body_end = 0;
};

/// Bounds of the parser's input and of the tree that it builds. A mail of half a megabyte stays below them.
/// Some rules of html cost the square of the input: the bounds keep the worst input cheap.
struct HtmlLimits {
  static constexpr std::size_t kStartTags = 16 * 1024;
  static constexpr std::size_t kTags = 2 * kStartTags;
  static constexpr std::size_t kAttributes = 32 * 1024;
  static constexpr std::size_t kAttributesOfTag = 256;  // Each attribute is compared with all before it.
  static constexpr std::size_t kRootTags = 32;  // `<html>`, `<body>`: the first gets the attributes of all.
  static constexpr std::size_t kDepth = 512;    // An end tag searches all open elements. As in browsers.
  static constexpr std::size_t kNodes = 64 * 1024;
  static constexpr std::size_t kTreeBytes = 64 * 1024 * 1024;
};

/// Reads html as browsers do (by Gumbo). Links in comments (conditional ones included), in scripts and the
/// like are ignored, and so are links with the attribute `data-no-track`. A text beyond the limits above
/// yields no links, and its end as body_end. Accepts any bytes. Pure. Thread: any.
HtmlMap map_html(std::string_view html);

}  // namespace sesame::content
