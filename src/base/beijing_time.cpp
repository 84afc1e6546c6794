#include "base/beijing_time.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "base/ascii.hpp"
#include "base/errors.hpp"

namespace sesame {

namespace {

constexpr std::int64_t kOffsetMs = 8 * 3'600'000;
constexpr std::int64_t kDayMs = 86'400'000;

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

std::chrono::year_month_day calendar_day(std::int64_t day) {
  return std::chrono::sys_days(std::chrono::days(day));
}

std::string format_day(std::int64_t day) {
  const auto date = calendar_day(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::optional<int> number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    if (!ascii::is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<std::int64_t> day_of(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number(text.substr(0, 4)), month = number(text.substr(5, 2)),
             day = number(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::optional<std::int64_t> seconds_of(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hour = number(text.substr(0, 2)), minute = number(text.substr(3, 2)),
             second = number(text.substr(6, 2));
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return (*hour * 60 + *minute) * 60 + *second;
}

Error malformed(std::string_view text) {
  return Error(errors::kTimeMalformed).with("value", std::string(text));
}

}  // namespace

std::int64_t beijing_day(std::int64_t unix_ms) { return floor_divide(unix_ms + kOffsetMs, kDayMs); }

std::int64_t beijing_day_start_ms(std::int64_t day) { return day * kDayMs - kOffsetMs; }

std::string format_beijing_date(std::int64_t unix_ms) { return format_day(beijing_day(unix_ms)); }

std::string format_beijing_time(std::int64_t unix_ms) {
  const std::int64_t day = beijing_day(unix_ms);
  const std::int64_t second = (unix_ms - beijing_day_start_ms(day)) / 1000;
  return fmt::format("{} {:02}:{:02}:{:02}", format_day(day), second / 3600, second / 60 % 60, second % 60);
}

Result<std::int64_t> parse_beijing_day(std::string_view text) {
  const auto day = day_of(text);
  if (!day) return malformed(text);
  return *day;
}

Result<std::int64_t> parse_beijing_time(std::string_view text) {
  const auto day = day_of(text.substr(0, 10));
  if (!day) return malformed(text);
  if (text.size() == 10) return beijing_day_start_ms(*day);
  const auto seconds = text[10] == ' ' ? seconds_of(text.substr(11)) : std::nullopt;
  if (!seconds) return malformed(text);
  return beijing_day_start_ms(*day) + *seconds * 1000;
}

}  // namespace sesame
