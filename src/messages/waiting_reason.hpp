#pragma once

#include <array>
#include <cstdint>
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
  deferred,  // An attempt failed for now.
  held,      // The whole delivery is held.
};

inline constexpr std::array kWaitingReasons{WaitingReason::not_begun,
                                            WaitingReason::paused,
                                            WaitingReason::quota,
                                            WaitingReason::domain_unverified,
                                            WaitingReason::relay_unreachable,
                                            WaitingReason::relay_slow,
                                            WaitingReason::deferred,
                                            WaitingReason::held};

/// "not_begun".
std::string_view name_of(WaitingReason reason);

/// A sentence fragment for people in English; the API's description has the Chinese one.
std::string_view explain(WaitingReason reason);

}  // namespace sesame::messages
