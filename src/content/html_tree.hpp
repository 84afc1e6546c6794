#pragma once

#include <memory>
#include <string_view>

struct GumboInternalNode;
struct GumboInternalOutput;

namespace sesame::content {

/// The tree of an html text, as browsers read it (by Gumbo). Borrows the text. Accepts any bytes. Thread:
/// any (const use).
class HtmlTree {
 public:
  explicit HtmlTree(std::string_view html);
  ~HtmlTree();
  HtmlTree(const HtmlTree&) = delete;
  HtmlTree& operator=(const HtmlTree&) = delete;

  /// nullptr when the text is beyond HtmlLimits (html_map.hpp). The nodes live as long as this object.
  const GumboInternalNode* document() const { return document_; }

 private:
  class Arena;
  static const GumboInternalOutput* parse(std::string_view html, Arena& arena);

  std::unique_ptr<Arena> arena_;
  const GumboInternalNode* document_ = nullptr;
};

}  // namespace sesame::content
