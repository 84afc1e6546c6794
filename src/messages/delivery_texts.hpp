#pragma once

#include <string_view>

/// The texts of outcomes that begin with words of our own and end with the server's reply, behind ": ".
namespace sesame::messages {

/// The mail was sent to its end several times and never confirmed.
inline constexpr std::string_view kNeverConfirmed = "taken for delivered, the server never confirmed it";
/// RFC 3463 §3.5: X.4.7, delivery time expired.
inline constexpr std::string_view kExpired = "4.4.7 expired";
/// Nothing is sent to these servers for a while, since they refused other mail with the reply that follows.
inline constexpr std::string_view kHeldBack = "held back for a while, since other mail was refused";
inline constexpr std::string_view kExpiredWhilePaused = "4.4.7 expired while its task was paused";

}  // namespace sesame::messages
