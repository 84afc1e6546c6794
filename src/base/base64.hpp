#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sesame {

/// Base64 of the bytes (RFC 4648 §4), with padding, without line breaks. Pure. Thread: any.
std::string encode_base64(std::string_view bytes);

/// Strict: the standard alphabet, correct padding, zero spare bits, no white space; otherwise
/// errors::kBase64Malformed. Whatever it accepts, encode_base64 gives back exactly.
Result<std::string> decode_base64(std::string_view text);

/// Decodes text like decode_base64, but ignores line breaks (CR, LF) in it and blanks around it: many
/// encoders break their lines (RFC 2045 §6.8). Error: errors::kBase64Malformed.
Result<std::string> decode_base64_lines(std::string_view text);

}  // namespace sesame
