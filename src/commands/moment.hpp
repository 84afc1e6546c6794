#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

/// Moments as people write them on a command line. Thread: any, while nobody sets the zone.
namespace sesame::commands {

/// The moment in UNIX seconds: `2026-12-01T09:00:00+01:00` or `...Z` (RFC 3339), or without an offset the
/// local time of the zone that set_time_zone() chose; seconds may be absent. Error: errors::kMoment (facts
/// "value", "problem"), also for a local time that the zone skips or has twice.
Result<std::int64_t> parse_moment(std::string_view text);

/// The moment in UTC: "2026-12-01T08:00:00Z". RFC 3339 §5.6.
std::string rfc3339(std::int64_t unix_s);

}  // namespace sesame::commands
