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

}  // namespace sesame
