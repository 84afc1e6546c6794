#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sesame {

/// Lower-case hexadecimal of `bytes`.
std::string encode_hex(std::string_view bytes);

/// Accepts both cases, an even number of digits and nothing else; otherwise errors::kHexMalformed.
Result<std::string> decode_hex(std::string_view text);

}  // namespace sesame
