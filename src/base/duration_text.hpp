#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sesame {

/// Reads a whole number of 1 or more and its unit: "30s", "10m", "24h", "7d". nullopt for any other text, and
/// for more than a year. Pure. Thread: any.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

/// The text that parse_duration() reads, in the largest unit that leaves no rest: "90s", "2m", "24h". Pure.
/// Thread: any.
std::string to_text(std::chrono::seconds duration);

}  // namespace sesame
