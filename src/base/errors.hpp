#pragma once

#include "base/error.hpp"

namespace sesame::errors {

/// The text of the errors of queues that are at their bound.
inline constexpr ErrorText kOverloadText{
    "The server has more work waiting than it accepts. Nothing was done; try again in a second.",
    "服务器待处理的请求过多，本次请求未执行，请稍后重试。"};

// A text that should be hex has an odd length or another character.
inline constexpr ErrorName kHexMalformed{"hex.malformed", Fault::input};
// A text breaks the strict rules of base64 (RFC 4648 §4).
inline constexpr ErrorName kBase64Malformed{"base64.malformed", Fault::input};
// A text is not the date or the moment that is asked for, or that day does not exist. Facts: value.
inline constexpr ErrorName kTimeMalformed{"time.malformed", Fault::input};

}  // namespace sesame::errors
