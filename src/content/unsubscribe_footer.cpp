#include "content/unsubscribe_footer.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "content/template.hpp"

namespace sesame::content {
namespace {

constexpr std::string_view kBodyEnd = "</body";

/// Before the last `</body>`, else at the end.
std::size_t body_end(std::string_view html) {
  const auto found = std::find_end(html.begin(), html.end(), kBodyEnd.begin(), kBodyEnd.end(),
                                   [](char have, char wanted) { return ascii::to_lower(have) == wanted; });
  return static_cast<std::size_t>(found - html.begin());
}

void append_placeholder(std::string& out) { out.append("{{").append(kUnsubscribeVariable).append("}}"); }

}  // namespace

std::string with_html_footer(std::string_view html, const UnsubscribeTexts& texts) {
  const std::size_t end = body_end(html);
  std::string out(html.substr(0, end));
  // Styles in the element: mail programs drop style sheets. Grey that can be read on white and on black.
  out.append("<div lang=\"").append(texts.tag).append("\" dir=\"").append(texts.direction);
  out +=
      "\" style=\"clear:both;margin:24px 0 0;padding:16px;border-top:1px solid #c4c8ce;text-align:center;"
      "font:13px/1.6 Arial,sans-serif;color:#757a83\">";
  append_escaped(texts.footer, Escaping::html, out);
  out += " <a href=\"";
  append_placeholder(out);
  out += "\" style=\"color:#757a83;text-decoration:underline\">";
  append_escaped(texts.link, Escaping::html, out);
  out += "</a></div>";
  out += html.substr(end);
  return out;
}

std::string with_text_footer(std::string_view text, const UnsubscribeTexts& texts) {
  std::string out(text);
  if (!out.ends_with('\n')) out += '\n';
  out.append("\n").append(texts.footer).append("\n").append(texts.link).append(": ");
  append_placeholder(out);
  out += '\n';
  return out;
}

}  // namespace sesame::content
