#include "mime/headers.hpp"

#include "base/ascii.hpp"
#include "mime/encoded_words.hpp"
#include "mime/unicode.hpp"

namespace sesame::mime {
namespace {

// The first line of `text` with its end.
std::string_view first_line(std::string_view text) {
  const std::size_t end = text.find('\n');
  return end == std::string_view::npos ? text : text.substr(0, end + 1);
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// The first field of `header` with its continuation lines.
std::string_view first_field(std::string_view header) {
  std::size_t size = first_line(header).size();
  while (size < header.size() && is_blank(header[size])) size += first_line(header.substr(size)).size();
  return header.substr(0, size);
}

}  // namespace

MessageView split_message(std::string_view message) {
  std::size_t size = 0;
  while (size < message.size() && size <= kMaxHeaderBytes) {
    const std::string_view line = first_line(message.substr(size));
    if (line == "\r\n" || line == "\n") return {message.substr(0, size), message.substr(size + line.size())};
    size += line.size();
  }
  if (size > kMaxHeaderBytes) return {{}, message};
  return {message, {}};
}

std::optional<std::string> decoded_header(std::string_view message, std::string_view name) {
  std::string_view header = split_message(message).header;
  while (!header.empty()) {
    const std::string_view field = first_field(header);
    header.remove_prefix(field.size());
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos || !ascii::iequals(ascii::trim(field.substr(0, colon)), name))
      continue;
    const std::string value = unfolded(field.substr(colon + 1));
    return printable_utf8(decode_words(ascii::trim(value)));
  }
  return {};
}

}  // namespace sesame::mime
