#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sesame {

/// The API's times are Beijing time: UTC+8, never a summer time. All instants here are milliseconds since the
/// epoch, UTC, in the years 0000 to 9999.

/// "2026-12-01 08:00:00"; the milliseconds are dropped.
std::string format_beijing_time(std::int64_t unix_ms);
/// "2026-12-01"
std::string format_beijing_date(std::int64_t unix_ms);

/// Exactly "YYYY-MM-DD HH:MM:SS" or "YYYY-MM-DD" (its midnight), and a day and time that exist; otherwise
/// errors::kTimeMalformed.
Result<std::int64_t> parse_beijing_time(std::string_view text);

/// The number of the Beijing calendar day that contains the instant: days since 1970-01-01.
std::int64_t beijing_day(std::int64_t unix_ms);
/// The instant at which that day begins.
std::int64_t beijing_day_start_ms(std::int64_t day);
/// Exactly "YYYY-MM-DD" and a day that exists; otherwise errors::kTimeMalformed.
Result<std::int64_t> parse_beijing_day(std::string_view text);

}  // namespace sesame
