#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/thread_safety.hpp"
#include "campaigns/mail_filter.hpp"

namespace sesame::campaigns {

/// Keeps an account from mailing one address too often: so many mails an hour, counted from the first one.
/// Safe from any thread.
///
/// Counts live in a table of fixed size and are lost with the program. Where more addresses are mailed in an
/// hour than it holds, those with the fewest mails are forgotten: it may then let a mail too many through,
/// but does not hold back one too few (two addresses are taken for one with a chance of 2^-49).
class FrequencyFilter final : public MailFilter {
 public:
  static constexpr std::uint64_t kHourMs = 3'600'000;
  static constexpr int kTooFrequent = 1006;  // SES: SendEmailStatus.SendStatus
  static constexpr std::size_t kAddressesMax = std::size_t{1} << 20;

  /// `mails_max` 0: no limit. The seed of its hashes comes from `random`, so that nobody can aim at
  /// collisions.
  FrequencyFilter(std::uint32_t mails_max, Random& random, std::size_t addresses_max = kAddressesMax);

  /// Counts those it lets through.
  void judge(storage::Reader& reader, const Mailer& mailer, std::span<const std::string_view> addresses,
             std::int64_t now_ms, std::span<Verdict> verdicts) override;
  bool counts() const override { return true; }
  void take_back(const accounts::Scope& scope, std::span<const std::string_view> addresses,
                 std::int64_t now_ms) override;

 private:
  struct Entry {
    std::uint32_t tag = 0;
    std::uint16_t minute = 0;  // Of the first mail, the low bits.
    std::uint16_t mails = 0;   // 0: free.
  };
  using Bucket = std::array<Entry, 8>;  // A cache line.

  std::uint64_t hash(const accounts::Scope& scope, std::string_view address, std::string& scratch) const;
  Bucket& bucket_of(std::uint64_t hash) SESAME_REQUIRES(mutex_) {
    return buckets_[hash & (buckets_.size() - 1)];
  }
  static Entry* find(Bucket& bucket, std::uint32_t tag, std::uint16_t minute);
  static Entry& make_room(Bucket& bucket, std::uint16_t minute);

  const std::uint32_t mails_max_;
  const std::uint64_t seed_;
  Mutex mutex_;
  std::vector<Bucket> buckets_ SESAME_GUARDED_BY(mutex_);  // Their number is a power of two and constant.
};

}  // namespace sesame::campaigns
