#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shaping/limits.hpp"

/// Limits as the rules file writes them. Pure. Thread: any.
namespace sesame::shaping {

inline constexpr unsigned kConnectionsMax = 10'000;
inline constexpr unsigned kMailsPerRateMax = 1'000'000;

/// "50/s", "100/min", "3000/h", "20000/day"; the number is from 1 to kMailsPerRateMax. nullopt for any other
/// text.
std::optional<Rate> parse_rate(std::string_view text);
std::string to_text(const Rate& rate);

/// "00:00 +08:00": a time of day and its difference from UTC, at most 14 hours. nullopt for any other text.
std::optional<DayBegin> parse_day_begin(std::string_view text);
std::string to_text(const DayBegin& begin);

/// "2 to 10", "4".
std::string to_text(const Range& range);

/// "off", "opportunistic", "require".
std::optional<smtp::TlsPolicy> parse_tls(std::string_view text);
std::string to_text(smtp::TlsPolicy tls);

/// "off", "report", "obey".
std::optional<smtp::StsUse> parse_sts_use(std::string_view text);
std::string to_text(smtp::StsUse use);

}  // namespace sesame::shaping
