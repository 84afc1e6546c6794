#include "engagement/visit_pace.hpp"

#include <algorithm>

namespace sesame::engagement {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;

/// SplitMix64 spreads neighbouring mails over the table (Steele, Lea, Flood: Fast Splittable Pseudorandom
/// Number Generators, 2014).
std::uint64_t mixed(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9;
  number = (number ^ number >> 27) * 0x94d049bb133111eb;
  return number ^ number >> 31;
}

std::size_t place_of(const accounts::MailId& mail) {
  std::uint64_t hash = mixed(static_cast<std::uint64_t>(mail.kind));
  for (const std::uint64_t part : {static_cast<std::uint64_t>(mail.account_id),
                                   static_cast<std::uint64_t>(mail.parent_id), std::uint64_t{mail.ordinal}})
    hash = mixed(hash ^ part);
  return hash % VisitPace::kCounts;
}

}  // namespace

bool VisitPace::take(const accounts::MailId& mail, std::int64_t now_ms) {
  static_assert(kPerMailMinute <= 0xff);
  const std::int64_t minute = now_ms / kMinuteMs;
  if (minute != minute_) std::ranges::fill(counts_, std::uint8_t{0});
  minute_ = minute;
  std::uint8_t& count = counts_[place_of(mail)];
  if (count >= kPerMailMinute) return false;
  ++count;
  return true;
}

}  // namespace sesame::engagement
