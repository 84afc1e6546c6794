#include "content/unsubscribe_footer.hpp"

#include "content/html_map.hpp"
#include "content/template.hpp"

namespace sesame::content {
namespace {

void append_placeholder(std::string& out) { out.append("{{").append(kUnsubscribeVariable).append("}}"); }

}  // namespace

std::string with_html_footer(std::string_view html, const UnsubscribeTexts& texts) {
  const std::size_t end = map_html(html).body_end;
  std::string out(html.substr(0, end));
  // Styles stand in the element because mail programs drop style sheets. The grey is legible on white and on
  // black.
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
