#include "content/headers.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "content/errors.hpp"
#include "content/variables.hpp"
#include "mime/message.hpp"

namespace sesame::content {
namespace {

// Fields that the composer sets itself (RFC 5322 §3.6, RFC 2045 §3), and those of servers on the mail's path
// and of signers (RFC 5321 §4.4, RFC 6376, 8601, 8617). Bcc would reveal the blind copies to all recipients.
constexpr std::string_view kReserved[] = {
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "return-path",
    "received",
    "delivered-to",
    "authentication-results",
    "dkim-signature",
    "domainkey-signature",
    "received-spf",
};
constexpr std::string_view kReservedStarts[] = {"content-", "resent-", "arc-", "x-sesame-"};

/// A value with a syntax of its own is folded between its words, not inside one.
bool is_structure_legal(std::string_view value) {
  const auto fits = [](std::string_view word) { return word.size() <= kHeaderValueBytesMax; };
  return std::ranges::all_of(ascii::split(value, ' '), fits) && mime::is_writable_structure(value);
}

bool is_value_legal(std::string_view name, std::string_view value, const HeaderLimits& limits) {
  const auto control = [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f; };
  if (value.size() > limits.value_bytes || !utf8::valid(value)) return false;
  if (std::any_of(value.begin(), value.end(), control)) return false;
  return !mime::is_structured_field(name) || is_structure_legal(value);
}

Result<std::vector<Header>> read_lines(std::string_view text) {
  std::vector<Header> headers;
  for (std::string_view line : ascii::split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (ascii::trim(line).empty()) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return Error(errors::kHeaderIllegal).with("name", std::string(line));
    headers.emplace_back(line.substr(0, colon), ascii::trim(line.substr(colon + 1)));
  }
  return headers;
}

Result<std::vector<Header>> read_object(std::string_view text) {
  Result<Variables> values = parse_variables(text);
  if (!values) return Error(errors::kHeaderIllegal).because(std::string(values.error().reason()));
  return std::vector<Header>(values->begin(), values->end());
}

}  // namespace

bool is_reserved_header(std::string_view name) {
  const auto same = [name](std::string_view reserved) { return ascii::iequals(name, reserved); };
  const auto starts = [name](std::string_view reserved) { return ascii::istarts_with(name, reserved); };
  return std::any_of(std::begin(kReserved), std::end(kReserved), same) ||
         std::any_of(std::begin(kReservedStarts), std::end(kReservedStarts), starts);
}

Status check_headers(std::span<const Header> headers, const HeaderLimits& limits) {
  if (headers.size() > limits.count)
    return Error(errors::kTooManyHeaders).with("limit", std::to_string(limits.count));
  for (const auto& [name, value] : headers) {
    if (!mime::valid_header_name(name) || is_reserved_header(name) || !is_value_legal(name, value, limits))
      return Error(errors::kHeaderIllegal).with("name", name);
  }
  return Done{};
}

Result<std::vector<Header>> parse_headers(std::string_view text, const HeaderLimits& limits) {
  text = ascii::trim(text);
  auto headers = text.starts_with('{') ? read_object(text) : read_lines(text);
  if (!headers) return headers;
  if (Status checked = check_headers(*headers, limits); !checked) return std::move(checked).error();
  return headers;
}

}  // namespace sesame::content
