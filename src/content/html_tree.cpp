#include "content/html_tree.hpp"

#include <gumbo.h>

#include <algorithm>
#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "content/html_map.hpp"

namespace sesame::content {

namespace {

constexpr std::size_t kRootName = 4;  // The length of "html" and of "body".

bool has_too_many_tags(std::string_view html) {
  std::size_t tags = 0;
  std::size_t start_tags = 0;
  std::size_t root_tags = 0;
  for (std::size_t at = html.find('<'); at != html.npos; at = html.find('<', at + 1)) {
    const std::string_view tag = html.substr(at + 1, kRootName);
    const bool starts = !tag.empty() && ascii::is_alpha(tag.front());
    root_tags += ascii::iequals(tag, "html") || ascii::iequals(tag, "body");
    start_tags += starts;
    tags += starts || tag.starts_with('/');
  }
  return tags > HtmlLimits::kTags || start_tags > HtmlLimits::kStartTags || root_tags > HtmlLimits::kRootTags;
}

}  // namespace

/// The parser's memory, freed all at once: Gumbo frees a tree by recursion, and a deep tree would overflow
/// the stack. Gumbo does not expect an allocation to fail; a text beyond the limits leaves the parser by
/// longjmp, past frames of C alone.
class HtmlTree::Arena {
 public:
  static void* allocate(void* arena, std::size_t bytes) {
    return static_cast<Arena*>(arena)->allocate(bytes);
  }
  static void release(void*, void*) {}

  std::jmp_buf& way_out() { return way_out_; }

 private:
  static constexpr std::size_t kChunkBytes = 64 * 1024;

  /// Nodes and attributes are recognised by their sizes.
  void* allocate(std::size_t bytes) {
    if (is_too_deep()) std::longjmp(way_out_, 1);
    if (bytes == sizeof(GumboNode)) return allocate_node();
    if (bytes == sizeof(GumboAttribute)) {
      const bool one_more = ++attributes_ <= HtmlLimits::kAttributes;
      if (!one_more || ++attributes_of_tag_ > HtmlLimits::kAttributesOfTag) std::longjmp(way_out_, 1);
    }
    if (bytes > HtmlLimits::kTreeBytes - taken_) std::longjmp(way_out_, 1);
    const std::size_t step = alignof(std::max_align_t);
    bytes = (bytes + step - 1) / step * step;
    taken_ += bytes;
    if (bytes > left_) {
      const std::size_t chunk = std::max(bytes, kChunkBytes);
      chunks_.emplace_back(new std::byte[chunk]);
      next_ = chunks_.back().get();
      left_ = chunk;
    }
    void* const given = next_;
    next_ += bytes;
    left_ -= bytes;
    return given;
  }

  void* allocate_node() {
    if (used_ == HtmlLimits::kNodes) std::longjmp(way_out_, 1);
    GumboNode* const node = &nodes_[used_++];
    std::memset(node, 0, sizeof(*node));
    newest_ = node;
    return node;
  }

  /// By the time of the next allocation the newest piece has become a node, or a text or list of the same
  /// size, which do not begin with the number of a node's type. A node is linked into the tree once the next
  /// one is allocated.
  bool is_too_deep() {
    const GumboNode* const newest = std::exchange(newest_, nullptr);
    if (newest == nullptr) return false;
    unsigned type = 0;
    std::memcpy(&type, &newest->type, sizeof(newest->type));
    if (type == GUMBO_NODE_DOCUMENT || type > GUMBO_NODE_TEMPLATE) return false;
    attributes_of_tag_ = 0;
    const GumboNode* node = std::exchange(placed_, newest);
    std::size_t depth = 0;
    for (; holds(node) && depth <= HtmlLimits::kDepth; node = node->parent) ++depth;
    return depth > HtmlLimits::kDepth;
  }

  bool holds(const GumboNode* node) const {
    const auto offset =
        reinterpret_cast<std::uintptr_t>(node) - reinterpret_cast<std::uintptr_t>(nodes_.get());
    return offset < used_ * sizeof(GumboNode) && offset % sizeof(GumboNode) == 0;
  }

  std::jmp_buf way_out_;
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t taken_ = 0;
  std::size_t attributes_ = 0;
  std::size_t attributes_of_tag_ = 0;
  const std::unique_ptr<GumboNode[]> nodes_{new GumboNode[HtmlLimits::kNodes]};  // Untouched until used.
  std::size_t used_ = 0;
  const GumboNode* newest_ = nullptr;
  const GumboNode* placed_ = nullptr;
};

/// nullptr when the text is beyond the limits. The tree lives as long as the arena. No object in this frame
/// has a destructor.
const GumboOutput* HtmlTree::parse(std::string_view html, Arena& arena) {
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = Arena::allocate;
  options.deallocator = Arena::release;
  options.userdata = &arena;
  options.max_errors = 0;
  if (setjmp(arena.way_out()) != 0) return nullptr;
  return gumbo_parse_with_options(&options, html.data(), html.size());
}

HtmlTree::HtmlTree(std::string_view html) {
  if (has_too_many_tags(html)) return;
  arena_ = std::make_unique<Arena>();
  const GumboOutput* const output = parse(html, *arena_);
  if (output != nullptr) document_ = output->document;
}

HtmlTree::~HtmlTree() = default;

}  // namespace sesame::content
