#include "base/duration_text.hpp"

#include <charconv>
#include <cstdint>

namespace sesame {
namespace {

constexpr std::int64_t kSecondsMax = 366LL * 24 * 3600;

std::int64_t seconds_of(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 24 * 3600;
    default:
      return 0;
  }
}

}  // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const std::int64_t unit = seconds_of(text.back());
  text.remove_suffix(1);
  std::uint32_t count = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (unit == 0 || problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (count == 0 || count > kSecondsMax / unit) return std::nullopt;
  return std::chrono::seconds(count * unit);
}

std::string to_text(std::chrono::seconds duration) {
  const std::int64_t seconds = duration.count();
  // "24h" is how people write the time in which a limit of a day is forgotten; days begin with two of them.
  for (const char unit : {'d', 'h', 'm'}) {
    const bool fits = seconds != 0 && seconds % seconds_of(unit) == 0;
    if (fits && !(unit == 'd' && seconds == seconds_of('d')))
      return std::to_string(seconds / seconds_of(unit)) + unit;
  }
  return std::to_string(seconds) + 's';
}

}  // namespace sesame
