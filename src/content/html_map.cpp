#include "content/html_map.hpp"

#include <gumbo.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>

#include "base/ascii.hpp"
#include "content/html_tree.hpp"

namespace sesame::content {

namespace {

constexpr const char* kOptOut = "data-no-track";

/// The end of the tag that begins at `at`; npos when the text ends before it.
std::size_t end_of_tag(std::string_view html, std::size_t at) {
  char before = '\0';  // The last character but for blanks.
  for (; at < html.size() && html[at] != '>'; ++at) {
    const bool quotes_value = before == '=' && (html[at] == '"' || html[at] == '\'');
    if (quotes_value) at = html.find(html[at], at + 1);
    if (at == html.npos) return at;
    if (!ascii::is_space(html[at])) before = html[at];
  }
  return at < html.size() ? at + 1 : html.npos;
}

/// Where a tag begins that the end of the text cuts; the size of the text when there is none. `from` is not
/// inside a tag.
std::size_t unfinished_tag(std::string_view html, std::size_t from) {
  for (std::size_t at = html.find('<', from); at != html.npos; at = html.find('<', at)) {
    const std::size_t name = at + (html.substr(at + 1).starts_with('/') ? 2 : 1);
    const bool is_tag = name < html.size() && ascii::is_alpha(html[name]);
    const bool is_declaration = html.substr(name).starts_with('!') || html.substr(name).starts_with('?');
    std::size_t end = at + 1;
    if (is_tag) end = end_of_tag(html, name);
    if (is_declaration) end = html.find('>', name);
    if (end == html.npos) return at;
    at = end;
  }
  return html.size();
}

/// Where a comment begins that the text does not close; the size of the text when there is none.
std::size_t unfinished_comment(std::string_view html) {
  const std::size_t open = html.rfind("<!--");
  return open == html.npos || html.find("-->", open) != html.npos ? html.size() : open;
}

class Surveyor {
 public:
  explicit Surveyor(std::string_view html) : html_(html) { map_.body_end = html.size(); }

  HtmlMap survey(const GumboNode* document) {
    std::vector<const GumboNode*> left{document};
    while (!left.empty()) {
      const GumboNode* node = left.back();
      left.pop_back();
      const GumboVector* children = nullptr;
      if (node->type == GUMBO_NODE_DOCUMENT) {
        children = &node->v.document.children;
      } else if (node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE) {
        visit(node->v.element);
        children = &node->v.element.children;
      } else if (node->type == GUMBO_NODE_COMMENT) {
        visit_comment(node->v.text);
      }
      for (unsigned i = 0; children != nullptr && i < children->length; ++i)
        left.push_back(static_cast<const GumboNode*>(children->data[i]));
    }
    sort_links();
    std::size_t end = body_end_ != kNowhere ? body_end_ : html_end_;
    if (end == kNowhere) end = unfinished_tag(html_, last_tag_end_);
    map_.body_end = std::min(end, hidden_from_);
    return std::move(map_);
  }

 private:
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  /// Elements whose content is not shown as html, so that an addition inside would be invisible.
  static bool hides_content(GumboTag tag) {
    constexpr GumboTag kHiding[] = {
        GUMBO_TAG_STYLE,    GUMBO_TAG_SCRIPT,  GUMBO_TAG_TITLE,    GUMBO_TAG_TEXTAREA,  GUMBO_TAG_XMP,
        GUMBO_TAG_IFRAME,   GUMBO_TAG_NOEMBED, GUMBO_TAG_NOFRAMES, GUMBO_TAG_PLAINTEXT, GUMBO_TAG_SELECT,
        GUMBO_TAG_TEMPLATE, GUMBO_TAG_OBJECT,  GUMBO_TAG_AUDIO,    GUMBO_TAG_VIDEO,     GUMBO_TAG_CANVAS};
    return std::ranges::find(kHiding, tag) != std::end(kHiding);
  }

  void visit_comment(const GumboText& comment) {
    const std::size_t begin = place(comment.original_text);
    if (begin == kNowhere) return;
    const std::string_view written = html_.substr(begin, comment.original_text.length);
    last_tag_end_ = std::max(last_tag_end_, begin + written.size());
    const bool closed = written.starts_with("<!--") ? written.ends_with("-->") || written.ends_with("--!>")
                                                    : written.ends_with('>');
    if (!closed && begin + written.size() == html_.size()) hidden_from_ = std::min(hidden_from_, begin);
  }

  void visit(const GumboElement& element) {
    const std::size_t begin = place(element.original_tag);
    if (begin != kNowhere) last_tag_end_ = std::max(last_tag_end_, begin + element.original_tag.length);
    const std::size_t end = end_tag(element);
    if (end != kNowhere) last_tag_end_ = std::max(last_tag_end_, end + element.original_end_tag.length);
    if (element.tag_namespace != GUMBO_NAMESPACE_HTML) return;
    const bool left_open = begin != kNowhere && end == kNowhere;
    if (left_open && hides_content(element.tag)) hidden_from_ = std::min(hidden_from_, begin);
    if (element.tag == GUMBO_TAG_BODY) body_end_ = end_tag(element);
    if (element.tag == GUMBO_TAG_HTML) html_end_ = end_tag(element);
    if (element.tag != GUMBO_TAG_A && element.tag != GUMBO_TAG_AREA) return;
    const GumboAttribute* href = gumbo_get_attribute(&element.attributes, "href");
    if (href != nullptr && gumbo_get_attribute(&element.attributes, kOptOut) == nullptr) add(*href);
  }

  /// The position in the text of a piece that the parser points to; kNowhere when it lies elsewhere.
  std::size_t place(const GumboStringPiece& piece) const {
    const std::less<const char*> before;
    if (piece.data == nullptr || before(piece.data, html_.data())) return kNowhere;
    if (before(html_.data() + html_.size(), piece.data + piece.length)) return kNowhere;
    return static_cast<std::size_t>(piece.data - html_.data());
  }

  std::size_t end_tag(const GumboElement& element) const {
    const std::size_t at = place(element.original_end_tag);
    return at != kNowhere && html_.substr(at).starts_with("</") ? at : kNowhere;
  }

  void add(const GumboAttribute& href) {
    std::size_t begin = place(href.original_value);
    if (begin == kNowhere) return;
    std::size_t end = begin + href.original_value.length;
    const char first = begin < end ? html_[begin] : '\0';
    if (first == '"' || first == '\'') {
      if (end - begin < 2 || html_[end - 1] != first) return;
      ++begin;
      --end;
    } else {
      while (end > begin && ascii::is_space(html_[end - 1])) --end;
    }
    const std::string_view written = html_.substr(begin, end - begin);
    // A value without references must equal the written text; otherwise the parser pointed elsewhere.
    if (written.find_first_of("&\r\0", 0, 3) == written.npos && ascii::is_ascii(written) &&
        written != href.value)
      return;
    map_.links.push_back({begin, end, href.value});
  }

  /// An element that the rules of html repeat points to the same bytes each time.
  void sort_links() {
    auto& links = map_.links;
    std::sort(links.begin(), links.end(),
              [](const HtmlLink& a, const HtmlLink& b) { return a.begin < b.begin; });
    std::size_t end = 0;
    std::erase_if(links, [&](const HtmlLink& link) {
      if (link.begin < end) return true;
      end = std::max(link.end, link.begin + 1);
      return false;
    });
  }

  const std::string_view html_;
  HtmlMap map_;
  std::size_t body_end_ = kNowhere;
  std::size_t html_end_ = kNowhere;
  std::size_t hidden_from_ = kNowhere;  // Where something begins that the text leaves open.
  std::size_t last_tag_end_ = 0;        // The end of the last tag or comment.
};

}  // namespace

HtmlMap map_html(std::string_view html) {
  const HtmlTree tree(html);
  if (tree.document() == nullptr) return {{}, unfinished_comment(html)};
  return Surveyor(html).survey(tree.document());
}

}  // namespace sesame::content
