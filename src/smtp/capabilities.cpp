#include "smtp/capabilities.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/ascii.hpp"

namespace sesame::smtp {
namespace {

std::string_view next_word(std::string_view& rest, std::string_view separators = " \t=") {
  const std::size_t start = std::min(rest.find_first_not_of(separators), rest.size());
  rest.remove_prefix(start);
  const std::string_view word = rest.substr(0, rest.find_first_of(separators));
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

/// RFC 9422 §4: one to six digits, the first of them not 0.
std::optional<std::uint32_t> limit_of(std::string_view digits) {
  constexpr std::size_t kDigitsMax = 6;
  if (digits.empty() || digits.size() > kDigitsMax || digits.front() == '0') return std::nullopt;
  std::uint32_t limit = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), limit);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return limit;
}

/// Reads "MAILMAX=20 RCPTMAX=100". RFC 9422 §3: unknown names are ignored.
void read_limits(std::string_view rest, ServerLimits& limits) {
  constexpr std::string_view kBlanks = " \t";
  for (std::string_view pair = next_word(rest, kBlanks); !pair.empty(); pair = next_word(rest, kBlanks)) {
    const std::size_t equals = pair.find('=');
    if (equals == pair.npos) continue;
    const std::string_view name = pair.substr(0, equals);
    const std::optional<std::uint32_t> limit = limit_of(pair.substr(equals + 1));
    if (!limit) continue;
    if (name == "MAILMAX") limits.mails = limit;
    if (name == "RCPTMAX") limits.recipients = limit;
    if (name == "RCPTDOMAINMAX") limits.recipient_domains = limit;
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
  if (keyword == "DSN") capabilities.dsn = true;
  if (keyword == "REQUIRETLS") capabilities.requiretls = true;
  if (keyword == "LIMITS") read_limits(rest, capabilities.limits);
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
