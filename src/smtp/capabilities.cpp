#include "smtp/capabilities.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/ascii.hpp"

namespace sesame::smtp {
namespace {

std::string_view next_word(std::string_view& rest) {
  const std::size_t start = std::min(rest.find_first_not_of(" \t="), rest.size());
  rest.remove_prefix(start);
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t="));
  rest.remove_prefix(word.size());
  return word;
}

void read_size(std::string_view argument, Capabilities& capabilities) {
  capabilities.size_offered = true;
  std::uint64_t bytes = 0;
  const auto [end, error] = std::from_chars(argument.data(), argument.data() + argument.size(), bytes);
  // RFC 1870 §3: 0 means no fixed limit. A value that is not a number, or does not fit 64 bits, is ignored.
  if (error == std::errc() && end == argument.data() + argument.size() && bytes > 0) {
    capabilities.size_limit = bytes;
  }
}

void read_line(std::string_view line, Capabilities& capabilities) {
  // Old servers write "AUTH=PLAIN", others "SIZE=1000": the first '=' ends the keyword like a space.
  const std::string text = ascii::upper(line);
  std::string_view rest = text;
  const std::string_view keyword = next_word(rest);
  if (keyword == "PIPELINING") capabilities.pipelining = true;
  if (keyword == "STARTTLS") capabilities.starttls = true;
  if (keyword == "SMTPUTF8") capabilities.smtputf8 = true;
  if (keyword == "8BITMIME") capabilities.eight_bit_mime = true;
  if (keyword == "SIZE") read_size(next_word(rest), capabilities);
  if (keyword != "AUTH") return;
  for (std::string_view word = next_word(rest); !word.empty(); word = next_word(rest)) {
    if (word == "PLAIN") capabilities.auth_plain = true;
    if (word == "LOGIN") capabilities.auth_login = true;
  }
}

}  // namespace

Capabilities parse_capabilities(std::string_view ehlo_text) {
  Capabilities capabilities;
  capabilities.esmtp = true;
  std::size_t end = ehlo_text.find('\n');
  while (end != std::string_view::npos) {
    ehlo_text.remove_prefix(end + 1);
    end = ehlo_text.find('\n');
    read_line(ehlo_text.substr(0, end), capabilities);
  }
  return capabilities;
}

}  // namespace sesame::smtp
