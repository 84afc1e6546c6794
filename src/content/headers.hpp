#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace sesame::content {

using Header = std::pair<std::string, std::string>;

/// The number of headers that a call of the API may set, and the length of each value: 900 bytes always fit
/// on one line of 998 (RFC 5322 §2.1.1), even without a place to fold it.
inline constexpr std::size_t kHeadersMax = 20;
inline constexpr std::size_t kHeaderValueBytesMax = 900;

struct HeaderLimits {
  std::size_t count = kHeadersMax;
  std::size_t value_bytes = kHeaderValueBytesMax;
};
/// For submitted mail, whose headers were written by programs that know no such limits.
inline constexpr HeaderLimits kSubmittedHeaders{500, 64 * 1024};

/// Whether the server writes fields of this name itself: those of the mail's own structure, of its path and
/// of its signatures.
bool is_reserved_header(std::string_view name);

/// Checks the headers that a sender adds to the composed ones: valid names (RFC 5322 §2.2) that are not
/// is_reserved_header; values without control characters, which fit lines of 998 bytes, and whose addresses
/// and identifiers can be written in ASCII. Errors: errors::kTooManyHeaders, errors::kHeaderIllegal. Pure.
Status check_headers(std::span<const Header> headers, const HeaderLimits& limits = {});

/// Reads SES: SendEmail.SmtpHeaders: a JSON object text `{"Name":"Value"}` or lines `Name: value`. An empty
/// text yields no headers. Errors: those of check_headers. Pure. Thread: any.
Result<std::vector<Header>> parse_headers(std::string_view text, const HeaderLimits& limits = {});

}  // namespace sesame::content
