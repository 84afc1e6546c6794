#include "shaping/limit_texts.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdlib>

#include "base/ascii.hpp"

namespace sesame::shaping {
namespace {

struct RateUnit {
  std::string_view name;
  std::chrono::seconds per;
};
constexpr std::array<RateUnit, 4> kRateUnits{{{"s", std::chrono::seconds(1)},
                                              {"min", std::chrono::minutes(1)},
                                              {"h", std::chrono::hours(1)},
                                              {"day", std::chrono::hours(24)}}};

struct TlsWord {
  std::string_view name;
  smtp::TlsPolicy tls;
};
constexpr std::array<TlsWord, 3> kTlsWords{{{"off", smtp::TlsPolicy::off},
                                            {"opportunistic", smtp::TlsPolicy::opportunistic},
                                            {"require", smtp::TlsPolicy::required}}};

struct StsWord {
  std::string_view name;
  smtp::StsUse use;
};
constexpr std::array<StsWord, 3> kStsWords{
    {{"off", smtp::StsUse::off}, {"report", smtp::StsUse::report}, {"obey", smtp::StsUse::follow}}};

std::optional<unsigned> parse_count(std::string_view text) {
  unsigned count = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return count;
}

/// "08:30", up to `hours_max`.
std::optional<std::chrono::minutes> parse_hours_and_minutes(std::string_view text, unsigned hours_max) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hours = parse_count(text.substr(0, 2));
  const auto minutes = parse_count(text.substr(3));
  if (!hours || !minutes || *hours > hours_max || *minutes > 59) return std::nullopt;
  return std::chrono::minutes(*hours * 60 + *minutes);
}

std::string hours_and_minutes(std::chrono::minutes time) {
  const long minutes = std::labs(time.count());
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

}  // namespace

std::optional<Rate> parse_rate(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const auto count = parse_count(text.substr(0, slash));
  if (!count || *count == 0 || *count > kMailsPerRateMax) return std::nullopt;
  for (const RateUnit& unit : kRateUnits) {
    if (unit.name == text.substr(slash + 1)) return Rate{.count = *count, .per = unit.per};
  }
  return std::nullopt;
}

std::string to_text(const Rate& rate) {
  for (const RateUnit& unit : kRateUnits) {
    if (unit.per == rate.per) return fmt::format("{}/{}", rate.count, unit.name);
  }
  return fmt::format("{}/{}s", rate.count, rate.per.count());
}

std::optional<DayBegin> parse_day_begin(std::string_view text) {
  constexpr std::size_t kLength = std::string_view("00:00 +08:00").size();
  if (text.size() != kLength || text[5] != ' ' || (text[6] != '+' && text[6] != '-')) return std::nullopt;
  const auto of_day = parse_hours_and_minutes(text.substr(0, 5), 23);
  const auto offset = parse_hours_and_minutes(text.substr(7), 14);
  if (!of_day || !offset || *offset > std::chrono::hours(14)) return std::nullopt;
  return DayBegin{.of_day = *of_day, .offset_from_utc = text[6] == '-' ? -*offset : *offset};
}

std::string to_text(const DayBegin& begin) {
  const char sign = begin.offset_from_utc.count() < 0 ? '-' : '+';
  return fmt::format("{} {}{}", hours_and_minutes(begin.of_day), sign,
                     hours_and_minutes(begin.offset_from_utc));
}

std::string to_text(const Range& range) {
  return range.start == range.max ? std::to_string(range.max)
                                  : fmt::format("{} to {}", range.start, range.max);
}

std::optional<smtp::TlsPolicy> parse_tls(std::string_view text) {
  for (const TlsWord& word : kTlsWords) {
    if (word.name == text) return word.tls;
  }
  return std::nullopt;
}

std::string to_text(smtp::TlsPolicy tls) {
  for (const TlsWord& word : kTlsWords) {
    if (word.tls == tls) return std::string(word.name);
  }
  return {};
}

std::optional<smtp::StsUse> parse_sts_use(std::string_view text) {
  for (const StsWord& word : kStsWords) {
    if (word.name == text) return word.use;
  }
  return std::nullopt;
}

std::string to_text(smtp::StsUse use) {
  for (const StsWord& word : kStsWords) {
    if (word.use == use) return std::string(word.name);
  }
  return {};
}

}  // namespace sesame::shaping
