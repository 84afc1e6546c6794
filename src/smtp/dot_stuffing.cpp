#include "smtp/dot_stuffing.hpp"

#include <cstring>

namespace sesame::smtp {

void stuff_dots(std::string_view message, std::vector<std::string_view>& pieces) {
  if (message.starts_with('.')) pieces.emplace_back(".");
  std::size_t start = 0;
  for (std::size_t at = message.find("\r\n."); at != std::string_view::npos;
       at = message.find("\r\n.", at + 2)) {
    pieces.push_back(message.substr(start, at + 2 - start));
    pieces.emplace_back(".");
    start = at + 2;
  }
  if (start < message.size()) pieces.push_back(message.substr(start));
  // RFC 5321 §4.1.1.4: the CRLF before the dot is the message's own last one; add none when it is there.
  const bool ended = message.empty() || message.ends_with("\r\n");
  pieces.emplace_back(ended ? ".\r\n" : "\r\n.\r\n");
}

bool has_clean_line_ends(std::string_view message) {
  if (std::memchr(message.data(), 0, message.size()) != nullptr) return false;
  const char* at = message.data();
  const char* const end = at + message.size();
  std::size_t line_feeds = 0;
  while (at < end && (at = static_cast<const char*>(std::memchr(at, '\n', end - at))) != nullptr) {
    if (at == message.data() || at[-1] != '\r') return false;
    ++line_feeds;
    ++at;
  }
  std::size_t returns = 0;
  at = message.data();
  while (at < end && (at = static_cast<const char*>(std::memchr(at, '\r', end - at))) != nullptr) {
    ++returns;
    ++at;
  }
  return returns == line_feeds;
}

}  // namespace sesame::smtp
