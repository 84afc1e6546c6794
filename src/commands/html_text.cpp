#include "commands/html_text.hpp"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/ascii.hpp"

namespace sesame::commands {

namespace {

constexpr std::size_t kNameBytesMax = 16;
constexpr std::array<std::string_view, 4> kHidden{"style", "script", "title", "template"};
constexpr std::array<std::string_view, 9> kLines{"br",  "div",     "tr",     "dt",    "dd",
                                                 "pre", "section", "footer", "header"};
constexpr std::array<std::string_view, 13> kParagraphs{"p",  "h1", "h2", "h3",    "h4",         "h5", "h6",
                                                       "ul", "ol", "dl", "table", "blockquote", "hr"};

template <std::size_t size>
bool holds(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// Resolves the character references of a text without tags, of which the parser makes a flat tree.
std::string resolved(const std::string& text) {
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  const std::unique_ptr<GumboOutput, void (*)(GumboOutput*)> tree(
      gumbo_parse_with_options(&options, text.data(), text.size()),
      [](GumboOutput* made) { gumbo_destroy_output(&kGumboDefaultOptions, made); });
  std::string out;
  const GumboVector& root = tree->root->v.element.children;
  for (unsigned i = 0; i < root.length; ++i) {
    const auto* body = static_cast<const GumboNode*>(root.data[i]);
    if (body->type != GUMBO_NODE_ELEMENT || body->v.element.tag != GUMBO_TAG_BODY) continue;
    const GumboVector& nodes = body->v.element.children;
    for (unsigned k = 0; k < nodes.length; ++k) {
      const auto* node = static_cast<const GumboNode*>(nodes.data[k]);
      if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE) out += node->v.text.text;
    }
  }
  return out;
}

/// The lines without blanks at their ends, and at most one empty line between two others.
std::string tidied(const std::string& text) {
  std::string out;
  bool paragraph = false;
  for (std::string_view line : ascii::split(text, '\n')) {
    line = ascii::trim(line);
    if (line.empty()) {
      paragraph = !out.empty();
      continue;
    }
    if (paragraph) out += '\n';
    paragraph = false;
    out += std::string(line) + '\n';
  }
  return out;
}

/// Goes once through the html and writes its words with line ends where blocks begin and end.
class HtmlReader {
 public:
  explicit HtmlReader(std::string_view html) : html_(html) {}

  std::string read() {
    while (at_ < html_.size()) {
      if (html_[at_] == '<')
        read_markup();
      else
        add_character(html_[at_++]);
    }
    return std::move(text_);
  }

 private:
  /// White space is one blank, as browsers show it.
  void add_character(char c) {
    if (!ascii::is_space(c))
      text_ += c;
    else if (!text_.empty() && text_.back() != ' ' && text_.back() != '\n')
      text_ += ' ';
  }

  void end_line() {
    if (!text_.empty() && text_.back() == ' ') text_.pop_back();
    if (!text_.empty() && text_.back() != '\n') text_ += '\n';
  }

  void read_markup() {
    const std::string_view left = html_.substr(at_);
    if (left.starts_with("<!--")) return skip_to("-->");
    if (left.starts_with("<!") || left.starts_with("<?")) return skip_to(">");
    const std::size_t slash = left.starts_with("</") ? 1 : 0;
    if (left.size() <= slash + 1 || !ascii::is_alpha(left[slash + 1])) {
      text_ += "&lt;";  // Text, which is resolved later.
      ++at_;
      return;
    }
    read_tag(slash == 1);
  }

  void skip_to(std::string_view end) {
    const std::size_t found = html_.find(end, at_);
    at_ = found == html_.npos ? html_.size() : found + end.size();
  }

  /// The end of the tag, beyond values in quotes that hold a `>`.
  std::size_t end_of_tag() const {
    char before = '\0';
    std::size_t at = at_;
    for (; at < html_.size() && html_[at] != '>'; ++at) {
      if (before == '=' && (html_[at] == '"' || html_[at] == '\'')) at = html_.find(html_[at], at + 1);
      if (at == html_.npos) return html_.size();
      if (!ascii::is_space(html_[at])) before = html_[at];
    }
    return at;
  }

  void read_tag(bool closes) {
    const std::size_t begin = at_ + (closes ? 2 : 1);
    const std::size_t end = end_of_tag();
    const std::string_view tag = html_.substr(begin, end - std::min(begin, end));
    const std::string name =
        ascii::lower(tag.substr(0, std::min(tag.find_first_of(" \t\r\n/>"), kNameBytesMax)));
    at_ = std::min(end + 1, html_.size());
    if (holds(kHidden, name) && !closes) return skip_element(name);
    if (holds(kParagraphs, name)) text_ += "\n\n";
    if (name == "br") text_ += '\n';
    if (holds(kLines, name) || name == "li") end_line();
    if (name == "li" && !closes) text_ += "- ";
    if (name == "td" || name == "th") add_character(' ');
    if (name == "img") add_aside(attribute(tag, "alt"), '[', ']');
    if (name == "a") read_link(closes, tag);
  }

  /// An element that is left open hides the rest, as in browsers.
  void skip_element(const std::string& name) {
    for (; at_ < html_.size(); ++at_) {
      at_ = std::min(html_.find("</", at_), html_.size());
      if (ascii::istarts_with(html_.substr(std::min(at_ + 2, html_.size())), name)) return;
    }
  }

  void read_link(bool closes, std::string_view tag) {
    if (!closes) {
      target_ = attribute(tag, "href");
      words_from_ = text_.size();
      return;
    }
    const std::string target = std::move(target_);
    target_.clear();
    const bool followed = ascii::istarts_with(target, "http://") || ascii::istarts_with(target, "https://");
    const bool said = std::string_view(text_).substr(std::min(words_from_, text_.size())) == target;
    if (followed && !said) add_aside(target, '<', '>');
  }

  void add_aside(const std::string& words, char open, char close) {
    if (words.empty()) return;
    add_character(' ');
    text_ += open == '<' ? "&lt;" : std::string(1, open);
    for (const char c : words) {
      if (c == '<')
        text_ += "&lt;";
      else
        add_character(c);
    }
    text_ += close;
  }

  /// The value of an attribute, its character references as they are written.
  static std::string attribute(std::string_view tag, std::string_view name) {
    for (std::size_t at = 0; at < tag.size(); ++at) {
      const bool begins = at > 0 && ascii::is_space(tag[at - 1]) && ascii::istarts_with(tag.substr(at), name);
      std::size_t from = at + name.size();
      while (begins && from < tag.size() && ascii::is_space(tag[from])) ++from;
      if (begins && from < tag.size() && tag[from] == '=') {
        ++from;
        while (from < tag.size() && ascii::is_space(tag[from])) ++from;
        const bool quoted = from < tag.size() && (tag[from] == '"' || tag[from] == '\'');
        const std::size_t end = quoted ? tag.find(tag[from], from + 1) : tag.find_first_of(" \t\r\n", from);
        from += quoted ? 1 : 0;
        return std::string(tag.substr(std::min(from, tag.size()), std::min(end, tag.size()) - from));
      }
    }
    return {};
  }

  const std::string_view html_;
  std::size_t at_ = 0;
  std::string text_;  // "<" stands in it as a character reference.
  std::string target_;
  std::size_t words_from_ = 0;
};

}  // namespace

std::string text_of_html(std::string_view html) { return tidied(resolved(HtmlReader(html).read())); }

}  // namespace sesame::commands
