#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace sesame::messages {

/// Why accepted mail waits. The names are those of metrics and of the API.
enum class WaitingReason : std::uint8_t {
  not_begun,          // Its turn has not come.
  paused,             // Its task was paused.
  quota,              // The sender domain's quota of the day is used up.
  domain_unverified,  // The sender domain is not verified any more.
  relay_unreachable,
  relay_slow,
  deferred,     // An attempt failed for now.
  held,         // The whole delivery is held.
  destination,  // Its servers are held or have all mail that they take, or delivery to it is paused.
};

inline constexpr std::array kWaitingReasons{WaitingReason::not_begun,
                                            WaitingReason::paused,
                                            WaitingReason::quota,
                                            WaitingReason::domain_unverified,
                                            WaitingReason::relay_unreachable,
                                            WaitingReason::relay_slow,
                                            WaitingReason::deferred,
                                            WaitingReason::held,
                                            WaitingReason::destination};

/// A reason that keeps the whole delivery from mailing at the moment.
struct Standstill {
  WaitingReason reason = WaitingReason::held;
  std::int64_t since_ms = 0;
  std::string text;  // More about it, for example the relay's reply; may be empty.
};

/// "not_begun".
std::string_view name_of(WaitingReason reason);

/// A sentence fragment for people in English; the API's description has the Chinese one.
std::string_view explain(WaitingReason reason);

}  // namespace sesame::messages
