#include "commands/moment.hpp"

#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <optional>
#include <vector>

#include "base/ascii.hpp"
#include "commands/errors.hpp"

namespace sesame::commands {

namespace {

constexpr int kDaySeconds = 24 * 60 * 60;

/// Reads the pieces of a moment from left to right.
class MomentText {
 public:
  explicit MomentText(std::string_view text) : left_(text) {}

  /// Exactly that many digits, as a number of at most `most`.
  bool number(std::size_t digits, int most, int& out) {
    if (left_.size() < digits) return false;
    out = 0;
    for (const char c : left_.substr(0, digits)) {
      if (!ascii::is_digit(c)) return false;
      out = out * 10 + (c - '0');
    }
    left_.remove_prefix(digits);
    return out <= most;
  }
  /// The next character, if it is one of these; else '\0'.
  char take(std::string_view characters) {
    if (left_.empty() || characters.find(left_.front()) == characters.npos) return '\0';
    const char taken = left_.front();
    left_.remove_prefix(1);
    return taken;
  }
  void skip_digits() {
    while (!left_.empty() && ascii::is_digit(left_.front())) left_.remove_prefix(1);
  }
  bool at_end() const { return left_.empty(); }

 private:
  std::string_view left_;
};

/// A time as a wall clock shows it, in seconds as if the clock showed UTC, and its offset if one is written.
struct WallTime {
  std::int64_t seconds = 0;
  std::optional<int> offset_s;
};

std::optional<WallTime> read_wall_time(std::string_view text) {
  MomentText in(text);
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  const bool dated = in.number(4, 9999, year) && in.take("-") != '\0' && in.number(2, 12, month) &&
                     in.take("-") != '\0' && in.number(2, 31, day) && in.take("Tt ") != '\0' &&
                     in.number(2, 23, hour) && in.take(":") != '\0' && in.number(2, 59, minute);
  if (!dated || (in.take(":") != '\0' && !in.number(2, 59, second))) return std::nullopt;
  if (in.take(".") != '\0') in.skip_digits();  // Mails begin at whole seconds.
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  WallTime wall{static_cast<std::int64_t>(days) * kDaySeconds + hour * 3600 + minute * 60 + second, {}};
  in.take(" ");
  if (in.take("Zz") != '\0') {
    wall.offset_s = 0;
  } else if (const char sign = in.take("+-"); sign != '\0') {
    int hours = 0, minutes = 0;
    if (!in.number(2, 23, hours) || in.take(":") == '\0' || !in.number(2, 59, minutes)) return std::nullopt;
    wall.offset_s = (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  }
  return in.at_end() ? std::optional(wall) : std::nullopt;
}

std::int64_t local_offset_s(std::int64_t unix_s) {
  const auto seconds = static_cast<std::time_t>(unix_s);
  std::tm parts{};
  return localtime_r(&seconds, &parts) == nullptr ? 0 : parts.tm_gmtoff;
}

/// The instants at which the clocks of the zone show that time: none, one or two.
std::vector<std::int64_t> instants_of(std::int64_t wall_seconds) {
  std::vector<std::int64_t> instants;
  for (const std::int64_t near : {wall_seconds - kDaySeconds, wall_seconds + kDaySeconds}) {
    const std::int64_t instant = wall_seconds - local_offset_s(near);
    const bool shown = instant + local_offset_s(instant) == wall_seconds;
    if (shown && (instants.empty() || instants.front() != instant)) instants.push_back(instant);
  }
  return instants;
}

}  // namespace

Result<std::int64_t> parse_moment(std::string_view text) {
  const auto refused = [&](std::string problem) {
    return Error(errors::kMoment).with("value", std::string(text)).with("problem", std::move(problem));
  };
  const std::optional<WallTime> wall = read_wall_time(ascii::trim(text));
  if (!wall) return refused("is no day and time");
  if (wall->offset_s) return wall->seconds - *wall->offset_s;
  const std::vector<std::int64_t> instants = instants_of(wall->seconds);
  if (instants.empty()) return refused("does not exist: the clocks are put forward over it");
  if (instants.size() > 1) return refused("comes twice: the clocks are put back over it");
  return instants.front();
}

std::string rfc3339(std::int64_t unix_s) {
  const auto seconds = static_cast<std::time_t>(unix_s);
  std::tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr) return std::to_string(unix_s);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace sesame::commands
