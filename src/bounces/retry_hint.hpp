#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace sesame::bounces {

/// The bounds of a hint: a server that asks for less, or for more, gets these.
inline constexpr std::chrono::seconds kRetryHintMin{30};
inline constexpr std::chrono::seconds kRetryHintMax{std::chrono::hours(4)};

/// The pause that a server's reply asks for in words: "try again in 5 minutes", "come back in 00:04:56",
/// "please wait two hours", "请5分钟后重试". nullopt when the reply names none, as in "try again later" and
/// "100 mails in 60 seconds". Between kRetryHintMin and kRetryHintMax. Takes any bytes; linear time. Pure.
/// Thread: any.
std::optional<std::chrono::seconds> retry_hint(std::string_view reply);

}  // namespace sesame::bounces
