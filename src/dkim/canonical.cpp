#include "dkim/canonical.hpp"

#include "base/ascii.hpp"

namespace sesame::dkim {

void append_relaxed_header(std::string& out, std::string_view field) {
  const std::size_t colon = field.find(':');
  std::string_view name = field.substr(0, colon);
  name = name.substr(0, name.find_last_not_of(" \t") + 1);
  for (const char c : name) out += ascii::to_lower(c);
  if (colon == std::string_view::npos) return;
  out += ':';
  bool gap = false;
  bool begun = false;
  for (const char c : field.substr(colon + 1)) {
    if (c == '\r' || c == '\n') continue;  // Unfolding: a blank follows each line end inside a field.
    if (is_blank(c)) {
      gap = begun;
      continue;
    }
    if (gap) out += ' ';
    out += c;
    gap = false;
    begun = true;
  }
}

std::string relaxed_body(std::string_view body) {
  std::string relaxed;
  for_relaxed_body(body, [&relaxed](std::string_view piece) { relaxed += piece; });
  return relaxed;
}

}  // namespace sesame::dkim
