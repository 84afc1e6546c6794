#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace sesame::content {

using Header = std::pair<std::string, std::string>;

/// The number of headers that a mailing may set, and the length of each value: 900 bytes always fit on one
/// line of 998 (RFC 5322 §2.1.1), even without a place to fold it.
inline constexpr std::size_t kHeadersMax = 20;
inline constexpr std::size_t kHeaderValueBytesMax = 900;

/// Checks the headers that a sender adds to the composed ones: valid names (RFC 5322 §2.2) other than those
/// that the mail's own structure, its path or its signatures use; values without control characters. Errors:
/// errors::kTooManyHeaders, errors::kHeaderIllegal. Pure.
Status check_headers(std::span<const Header> headers);

/// Reads SES: SendEmail.SmtpHeaders: a JSON object text `{"Name":"Value"}` or lines `Name: value`. An empty
/// text yields no headers. Errors: those of check_headers. Pure. Thread: any.
Result<std::vector<Header>> parse_headers(std::string_view text);

}  // namespace sesame::content
