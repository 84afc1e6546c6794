#include "content/html_check.hpp"

#include <gumbo.h>

#include <algorithm>
#include <functional>

#include "base/ascii.hpp"
#include "content/html_tree.hpp"
#include "content/link_check.hpp"
#include "content/style_check.hpp"

namespace sesame::content {

namespace {

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
constexpr std::size_t kLinkTextBytesMax = 200;

/// Elements without an end tag, or whose end tag authors may leave out (WHATWG HTML §13.1.2 and §13.1.2.4).
bool may_stay_open(GumboTag tag) {
  constexpr GumboTag kOpen[] = {GUMBO_TAG_HTML,    GUMBO_TAG_HEAD,  GUMBO_TAG_BODY,     GUMBO_TAG_P,
                                GUMBO_TAG_LI,      GUMBO_TAG_DT,    GUMBO_TAG_DD,       GUMBO_TAG_TR,
                                GUMBO_TAG_TD,      GUMBO_TAG_TH,    GUMBO_TAG_OPTION,   GUMBO_TAG_OPTGROUP,
                                GUMBO_TAG_THEAD,   GUMBO_TAG_TBODY, GUMBO_TAG_TFOOT,    GUMBO_TAG_COL,
                                GUMBO_TAG_AREA,    GUMBO_TAG_BASE,  GUMBO_TAG_COLGROUP, GUMBO_TAG_BR,
                                GUMBO_TAG_EMBED,   GUMBO_TAG_HR,    GUMBO_TAG_IMG,      GUMBO_TAG_INPUT,
                                GUMBO_TAG_CAPTION, GUMBO_TAG_LINK,  GUMBO_TAG_META,     GUMBO_TAG_PARAM,
                                GUMBO_TAG_SOURCE,  GUMBO_TAG_TRACK, GUMBO_TAG_WBR};
  return std::ranges::find(kOpen, tag) != std::end(kOpen);
}

int heading_level(GumboTag tag) {
  constexpr GumboTag kHeadings[] = {GUMBO_TAG_H1, GUMBO_TAG_H2, GUMBO_TAG_H3,
                                    GUMBO_TAG_H4, GUMBO_TAG_H5, GUMBO_TAG_H6};
  const auto* const found = std::ranges::find(kHeadings, tag);
  return found == std::end(kHeadings) ? 0 : static_cast<int>(found - std::begin(kHeadings)) + 1;
}

bool is_hidden(GumboTag tag) {
  return tag == GUMBO_TAG_STYLE || tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_TITLE || tag == GUMBO_TAG_HEAD;
}

const GumboVector* children_of(const GumboNode& node) {
  if (node.type == GUMBO_NODE_DOCUMENT) return &node.v.document.children;
  if (node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE) return &node.v.element.children;
  return nullptr;
}

std::string_view attribute(const GumboElement& element, const char* name) {
  const GumboAttribute* found = gumbo_get_attribute(&element.attributes, name);
  return found == nullptr ? std::string_view() : std::string_view(found->value);
}

bool has(const GumboElement& element, const char* name) {
  return gumbo_get_attribute(&element.attributes, name) != nullptr;
}

/// Walks one tree in the order of its text.
class HtmlChecker {
 public:
  HtmlChecker(std::string_view html, Findings& findings) : html_(html), findings_(findings) {}

  HtmlSurvey check(const GumboNode& document) {
    if (!document.v.document.has_doctype) findings_.add("doctype_missing", MailPart::html);
    std::vector<const GumboNode*> left{&document};
    while (!left.empty()) {
      const GumboNode& node = *left.back();
      left.pop_back();
      visit(node);
      const GumboVector* children = children_of(node);
      const bool is_link = node.type == GUMBO_NODE_ELEMENT && node.v.element.tag == GUMBO_TAG_A;
      if (is_link) survey_.names_unsubscribing |= names_unsubscribing(text_below(node));
      for (unsigned i = children == nullptr ? 0 : children->length; i > 0; --i)
        left.push_back(static_cast<const GumboNode*>(children->data[i - 1]));
    }
    finish();
    std::ranges::stable_sort(survey_.spans, {}, &HtmlSpan::begin);
    return std::move(survey_);
  }

 private:
  void add(std::string_view rule, std::size_t at, std::string_view excerpt = {}) {
    findings_.add(rule, MailPart::html, at == kNowhere ? 0 : at, excerpt);
  }

  /// The position of a piece that the parser points to; kNowhere when it lies elsewhere.
  std::size_t place(const GumboStringPiece& piece) const {
    const std::less<const char*> before;
    if (piece.data == nullptr || piece.length == 0 || before(piece.data, html_.data())) return kNowhere;
    if (before(html_.data() + html_.size(), piece.data + piece.length)) return kNowhere;
    return static_cast<std::size_t>(piece.data - html_.data());
  }

  void add_span(const GumboStringPiece& piece, HtmlContext context) {
    const std::size_t begin = place(piece);
    if (begin != kNowhere) survey_.spans.push_back({begin, begin + piece.length, context});
  }

  void visit(const GumboNode& node) {
    if (node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE) {
      visit_element(node);
    } else if (node.type == GUMBO_NODE_COMMENT) {
      add_span(node.v.text.original_text, HtmlContext::comment);
    } else if (node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_CDATA) {
      visit_text(node);
    }
  }

  void visit_text(const GumboNode& node) {
    const GumboTag parent = node.parent != nullptr && node.parent->type == GUMBO_NODE_ELEMENT
                                ? node.parent->v.element.tag
                                : GUMBO_TAG_UNKNOWN;
    if (parent == GUMBO_TAG_STYLE) {
      add_span(node.v.text.original_text, HtmlContext::style);
      const std::string_view css = node.v.text.text;
      if (css.find("@import") != css.npos) add("external_css", place(node.v.text.original_text), "@import");
    }
    if (is_hidden(parent)) return;
    for (const char c : std::string_view(node.v.text.text)) survey_.visible_bytes += !ascii::is_space(c);
  }

  void visit_element(const GumboNode& node) {
    const GumboElement& element = node.v.element;
    const std::size_t at = place(element.original_tag);
    const std::string_view tag =
        at == kNowhere ? std::string_view() : html_.substr(at, element.original_tag.length);
    visit_attributes(element);
    if (element.tag_namespace != GUMBO_NAMESPACE_HTML) return;
    visit_kind(element, at, tag);
    if (element.tag == GUMBO_TAG_A || element.tag == GUMBO_TAG_AREA) visit_link(node, at);
    if (element.tag == GUMBO_TAG_IMG) visit_image(element, at, tag);
    if (const std::string_view style = attribute(element, "style"); !style.empty()) {
      if (has_small_font(style)) add("font_small", at, style);
      if (has_low_contrast(style)) add("contrast_low", at, style);
    }
    const bool closed_by_parser = (node.parse_flags & GUMBO_INSERTION_IMPLICIT_END_TAG) != 0;
    const bool made_by_parser = (node.parse_flags & GUMBO_INSERTION_BY_PARSER) != 0;
    if (closed_by_parser && !made_by_parser && at != kNowhere && !may_stay_open(element.tag))
      add("tag_unclosed", at, tag);
  }

  void visit_attributes(const GumboElement& element) {
    for (unsigned i = 0; i < element.attributes.length; ++i) {
      const auto& one = *static_cast<const GumboAttribute*>(element.attributes.data[i]);
      const std::string_view name = one.name;
      HtmlContext context = HtmlContext::attribute;
      if (name == "href" || name == "src" || name == "background") context = HtmlContext::link;
      if (name == "style") context = HtmlContext::style;
      add_span(one.original_value, context);
    }
  }

  void visit_kind(const GumboElement& element, std::size_t at, std::string_view tag) {
    switch (element.tag) {
      case GUMBO_TAG_SCRIPT:
        return add("script", at, tag);
      case GUMBO_TAG_FORM:
      case GUMBO_TAG_INPUT:
      case GUMBO_TAG_TEXTAREA:
        return add("form", at, tag);
      case GUMBO_TAG_IFRAME:
      case GUMBO_TAG_OBJECT:
      case GUMBO_TAG_EMBED:
      case GUMBO_TAG_AUDIO:
      case GUMBO_TAG_VIDEO:
        return add("embedded", at, tag);
      case GUMBO_TAG_LINK:
        if (ascii::lower(attribute(element, "rel")).find("stylesheet") != std::string::npos)
          add("external_css", at, tag);
        return;
      case GUMBO_TAG_HTML:
        if (attribute(element, "lang").empty()) add("lang_missing", at, tag);
        return;
      case GUMBO_TAG_TITLE:
        if (++titles_ > 1) add("title_repeated", at, tag);
        return;
      case GUMBO_TAG_TABLE:
        if (!has(element, "role") && layout_table_ == kNowhere) layout_table_ = at;
        return;
      case GUMBO_TAG_TH:
        has_data_table_ = true;
        return;
      default:
        break;
    }
    if (const int level = heading_level(element.tag); level != 0) {
      if (heading_ != 0 && level > heading_ + 1) add("heading_skipped", at, tag);
      heading_ = level;
    }
  }

  void visit_link(const GumboNode& node, std::size_t at) {
    const GumboElement& element = node.v.element;
    if (!has(element, "href")) return;  // The target of a link within the mail.
    ++survey_.links;
    const std::string_view target = ascii::trim(attribute(element, "href"));
    survey_.names_unsubscribing |= names_unsubscribing(target);
    if (const std::string_view rule = broken_rule_of_link(target); !rule.empty()) add(rule, at, target);
    const std::string text = text_below(node);
    if (shows_another_host(text, target)) add("link_text_differs", at, text);
  }

  void visit_image(const GumboElement& element, std::size_t at, std::string_view tag) {
    ++survey_.images;
    if (!has(element, "alt")) add("alt_missing", at, tag);
    if (!has(element, "width") && !has(element, "height")) add("image_size", at, tag);
    if (ascii::istarts_with(ascii::trim(attribute(element, "src")), "data:")) add("image_data", at);
  }

  static std::string text_below(const GumboNode& top) {
    std::string text;
    std::vector<const GumboNode*> left{&top};
    while (!left.empty() && text.size() < kLinkTextBytesMax) {
      const GumboNode& node = *left.back();
      left.pop_back();
      if (node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE) text += node.v.text.text;
      const GumboVector* children = children_of(node);
      for (unsigned i = children == nullptr ? 0 : children->length; i > 0; --i)
        left.push_back(static_cast<const GumboNode*>(children->data[i - 1]));
    }
    return std::string(ascii::trim(text));
  }

  void finish() {
    constexpr std::size_t kImagesMax = 50;
    constexpr std::size_t kBytesPerImage = 50;
    if (layout_table_ != kNowhere && !has_data_table_) add("layout_table", layout_table_);
    if (survey_.images > kImagesMax) add("many_images", 0, std::to_string(survey_.images));
    if (survey_.images > 0 && survey_.visible_bytes < survey_.images * kBytesPerImage) add("images_only", 0);
  }

  const std::string_view html_;
  Findings& findings_;
  HtmlSurvey survey_;
  int titles_ = 0;
  int heading_ = 0;
  std::size_t layout_table_ = kNowhere;  // The first table without a role.
  bool has_data_table_ = false;
};

}  // namespace

HtmlContext HtmlSurvey::context_at(std::size_t at) const {
  HtmlContext context = HtmlContext::content;
  for (const HtmlSpan& span : spans) {
    if (span.begin > at) break;
    if (at < span.end) context = span.context;
  }
  return context;
}

HtmlSurvey check_html(std::string_view html, Findings& findings) {
  const HtmlTree tree(html);
  if (tree.document() == nullptr) {
    if (!html.empty()) findings.add("html_too_complex", MailPart::html);
    return {};
  }
  return HtmlChecker(html, findings).check(*tree.document());
}

}  // namespace sesame::content
