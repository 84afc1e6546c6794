#include "campaigns/frequency_filter.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "audience/recipient_key.hpp"

namespace sesame::campaigns {

namespace {

constexpr std::uint16_t kHourMinutes = 60;
constexpr std::uint32_t kMailsCountable = std::numeric_limits<std::uint16_t>::max();

std::uint16_t minute_of(std::int64_t now_ms) { return static_cast<std::uint16_t>(now_ms / 60'000); }

/// True also after a clock was set back, which looks like a very long time.
bool is_over(std::uint16_t first_minute, std::uint16_t minute) {
  return static_cast<std::uint16_t>(minute - first_minute) >= kHourMinutes;
}

}  // namespace

FrequencyFilter::FrequencyFilter(std::uint32_t mails_max, Random& random, std::size_t addresses_max)
    : mails_max_(std::min(mails_max, kMailsCountable)),
      seed_(random.next()),
      buckets_(mails_max == 0 ? 1 : std::bit_ceil(std::max<std::size_t>(addresses_max / 8, 1))) {}

void FrequencyFilter::judge(storage::Reader& reader, const Mailer& mailer,
                            std::span<const std::string_view> addresses, std::int64_t now_ms,
                            std::span<Verdict> verdicts) {
  static_cast<void>(reader);
  if (mails_max_ == 0) return;
  const std::uint16_t minute = minute_of(now_ms);
  std::string scratch;
  const MutexLock lock(mutex_);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (verdicts[i].withheld()) continue;
    const std::uint64_t hashed = hash(mailer.scope, addresses[i], scratch);
    const auto tag = static_cast<std::uint32_t>(hashed >> 32);
    Bucket& bucket = bucket_of(hashed);
    Entry* entry = find(bucket, tag, minute);
    if (entry == nullptr) {
      make_room(bucket, minute) = {tag, minute, 1};
    } else if (entry->mails < mails_max_) {
      ++entry->mails;
    } else {
      verdicts[i] = {kTooFrequent, "not sent: too many mails to this address within an hour"};
    }
  }
}

void FrequencyFilter::take_back(const accounts::Scope& scope, std::span<const std::string_view> addresses,
                                std::int64_t now_ms) {
  if (mails_max_ == 0) return;
  std::string scratch;
  const MutexLock lock(mutex_);
  for (const std::string_view address : addresses) {
    const std::uint64_t hashed = hash(scope, address, scratch);
    Entry* entry = find(bucket_of(hashed), static_cast<std::uint32_t>(hashed >> 32), minute_of(now_ms));
    if (entry != nullptr) --entry->mails;
  }
}

std::uint64_t FrequencyFilter::hash(const accounts::Scope& scope, std::string_view address,
                                    std::string& scratch) const {
  // Each account has limits of its own.
  const auto account = static_cast<std::uint64_t>(scope.account_id);
  return audience::hash_of_address(address, seed_ ^ (account * 0x9E3779B97F4A7C15U), scratch);
}

FrequencyFilter::Entry* FrequencyFilter::find(Bucket& bucket, std::uint32_t tag, std::uint16_t minute) {
  for (Entry& entry : bucket) {
    if (entry.mails > 0 && entry.tag == tag && !is_over(entry.minute, minute)) return &entry;
  }
  return nullptr;
}

/// Finds a free entry, else one whose hour is over, else the one with the fewest mails.
FrequencyFilter::Entry& FrequencyFilter::make_room(Bucket& bucket, std::uint16_t minute) {
  return *std::ranges::min_element(bucket, {}, [minute](const Entry& entry) {
    return is_over(entry.minute, minute) ? std::uint16_t{0} : entry.mails;
  });
}

}  // namespace sesame::campaigns
