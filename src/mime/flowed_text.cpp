#include "mime/flowed_text.hpp"

#include <algorithm>

namespace sesame::mime {

std::string unflowed(std::string_view text, bool delete_spaces) {
  std::string out;
  out.reserve(text.size());
  bool open = false;           // The line before flows into the next one.
  std::size_t open_depth = 0;  // Its quote marks.
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t depth = std::min(line.find_first_not_of('>'), line.size());
    std::string_view content = line.substr(depth);
    if (content.starts_with(' ')) content.remove_prefix(1);  // RFC 3676 §4.4: space-stuffed.
    const bool signature = content == "-- ";                 // §4.3
    // §4.5: quoted text of another depth never continues a paragraph.
    const bool continues = open && depth == open_depth && !signature;
    if (open && !continues) out += '\n';
    if (!continues && depth > 0) {
      out.append(depth, '>');
      if (!content.empty()) out += ' ';
    }
    open = content.ends_with(' ') && !signature;
    open_depth = depth;
    if (open && delete_spaces) content.remove_suffix(1);
    out += content;
    if (!open) out += '\n';
  }
  if (open) out += '\n';
  return out;
}

}  // namespace sesame::mime
