#include "campaigns/frequency_filter.hpp"

#include <algorithm>
#include <bit>

#include "audience/recipient_key.hpp"

namespace sesame::campaigns {

namespace {

constexpr Verdict kTooMany{FrequencyFilter::kTooFrequent,
                           "not sent: too many mails to this address within an hour"};
constexpr std::uint32_t kHourSeconds = 3600;
constexpr std::uint32_t kClockSteps = 60;  // A clock that is set back by less is believed.
constexpr std::size_t kLine = 8;           // Entries in a cache line.

std::uint32_t second_of(std::int64_t now_ms) {
  return static_cast<std::uint32_t>(std::max<std::int64_t>(1, now_ms / 1000));
}

/// Mails of a clock that was ahead don't count.
bool is_over(std::uint32_t sent, std::uint32_t second) {
  return second >= sent ? second - sent >= kHourSeconds : sent - second > kClockSteps;
}

}  // namespace

FrequencyFilter::FrequencyFilter(std::uint32_t mails_max, Random& random, std::size_t mails_held)
    : mails_max_(mails_max),
      seed_(random.next()),
      entries_(mails_max == 0 ? kLine : std::bit_ceil(std::max(mails_held, kLine))) {
  // Room for the mails of one address beside those of others.
  window_ = std::min(entries_.size(), (mails_max / kLine + 2) * kLine);
}

void FrequencyFilter::judge(storage::Reader& reader, const Mailer& mailer,
                            std::span<const std::string_view> addresses, std::int64_t now_ms,
                            std::span<Verdict> verdicts) {
  static_cast<void>(reader);
  if (mails_max_ == 0) return;
  const std::uint32_t second = second_of(now_ms);
  std::string scratch;
  const MutexLock lock(mutex_);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (verdicts[i].withheld()) continue;
    const std::uint64_t hashed = hash(mailer.scope, addresses[i], scratch);
    const Known known = look_up(hashed, second);
    if (known.mails >= mails_max_) {
      verdicts[i] = kTooMany;
      continue;
    }
    Entry& place = known.free != nullptr ? *known.free : make_room(hashed);
    place = {static_cast<std::uint32_t>(hashed >> 32), second};
  }
}

void FrequencyFilter::ask(storage::Reader& reader, const Mailer& mailer,
                          std::span<const std::string_view> addresses, std::int64_t now_ms,
                          std::span<Verdict> verdicts) {
  static_cast<void>(reader);
  if (mails_max_ == 0) return;
  std::string scratch;
  const MutexLock lock(mutex_);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (verdicts[i].withheld()) continue;
    const std::uint64_t hashed = hash(mailer.scope, addresses[i], scratch);
    if (look_up(hashed, second_of(now_ms)).mails >= mails_max_) verdicts[i] = kTooMany;
  }
}

void FrequencyFilter::take_back(const accounts::Scope& scope, std::span<const std::string_view> addresses,
                                std::int64_t now_ms) {
  if (mails_max_ == 0) return;
  std::string scratch;
  const MutexLock lock(mutex_);
  for (const std::string_view address : addresses) {
    const std::uint64_t hashed = hash(scope, address, scratch);
    const Known known = look_up(hashed, second_of(now_ms));
    // Not 0: other entries may lie behind it.
    if (known.newest != nullptr) known.newest->second = 1;
  }
}

std::uint64_t FrequencyFilter::hash(const accounts::Scope& scope, std::string_view address,
                                    std::string& scratch) const {
  // Each account has limits of its own.
  const auto account = static_cast<std::uint64_t>(scope.account_id);
  return audience::hash_of_address(address, seed_ ^ (account * 0x9E3779B97F4A7C15U), scratch);
}

FrequencyFilter::Known FrequencyFilter::look_up(std::uint64_t hashed, std::uint32_t second) {
  const auto tag = static_cast<std::uint32_t>(hashed >> 32);
  Known known;
  for (std::size_t i = 0; i < window_; ++i) {
    Entry& one = entry(hashed, i);
    if (one.second == 0) {
      // Behind a place that was never used there are none of this address.
      if (known.free == nullptr) known.free = &one;
      break;
    }
    if (is_over(one.second, second)) {
      if (known.free == nullptr) known.free = &one;
    } else if (one.tag == tag) {
      ++known.mails;
      if (known.newest == nullptr || one.second >= known.newest->second) known.newest = &one;
    }
  }
  return known;
}

/// Finds the oldest of the entries whose addresses have the fewest mails, the address's own left out.
FrequencyFilter::Entry& FrequencyFilter::make_room(std::uint64_t hashed) {
  constexpr std::size_t kExaminedMax = 32;
  const auto tag = static_cast<std::uint32_t>(hashed >> 32);
  const std::size_t examined = std::min(window_, kExaminedMax);
  Entry* room = &entry(hashed, 0);
  std::size_t fewest = examined + 1;
  for (std::size_t i = 0; i < examined; ++i) {
    Entry& one = entry(hashed, i);
    if (one.tag == tag) continue;
    std::size_t mails = 0;
    for (std::size_t other = 0; other < examined; ++other) mails += entry(hashed, other).tag == one.tag;
    if (mails > fewest || (mails == fewest && one.second >= room->second)) continue;
    fewest = mails;
    room = &one;
  }
  return *room;
}

}  // namespace sesame::campaigns
