#pragma once

#include <cstdint>

namespace sesame {

/// 2026-01-01 00:00:00 UTC. This program did not exist before: an earlier time comes from a clock that was
/// not set yet.
inline constexpr std::int64_t kEarliestMs = 1'767'225'600'000;

/// The most by which honest clocks differ from one another, or from themselves before a correction.
inline constexpr std::int64_t kClockSlackMs = 3'600'000;

}  // namespace sesame
