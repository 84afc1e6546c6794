#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/setting.hpp"
#include "base/thread_safety.hpp"
#include "campaigns/mail_filter.hpp"

namespace sesame::campaigns {

struct FrequencyOptions {
  std::uint32_t mails_per_address_hour = 10;  // 0: no limit.

  void visit(SettingVisitor& settings) {
    settings.number("limits.mails_per_address_hour", mails_per_address_hour, {0, 65'535},
                    "mails of an account to one address within an hour; 0: no limit");
  }
};

/// Limits the mails from one account to one address: `mails_max` per hour, counted from the first.
/// Thread: any.
///
/// The counts are a table of fixed size in memory. When more addresses are mailed in an hour than it holds,
/// the entries with the fewest mails are replaced: the filter may then let extra mails through, but never
/// withholds one below the limit (two addresses share an entry with a chance of 2^-49).
class FrequencyFilter final : public MailFilter {
 public:
  static constexpr std::uint64_t kHourMs = 3'600'000;
  static constexpr int kTooFrequent = 1006;  // SES: SendEmailStatus.SendStatus
  static constexpr std::size_t kAddressesMax = std::size_t{1} << 20;

  /// `mails_max` 0: no limit. `random` seeds the hashes, so that no one can construct collisions.
  FrequencyFilter(std::uint32_t mails_max, Random& random, std::size_t addresses_max = kAddressesMax);

  /// Counts the mails that it lets through.
  void judge(storage::Reader& reader, const Mailer& mailer, std::span<const std::string_view> addresses,
             std::int64_t now_ms, std::span<Verdict> verdicts) override;
  bool counts() const override { return mails_max_ != 0; }
  void take_back(const accounts::Scope& scope, std::span<const std::string_view> addresses,
                 std::int64_t now_ms) override;

 private:
  struct Entry {
    std::uint32_t tag = 0;
    std::uint16_t minute = 0;  // Low bits of the first mail's minute.
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
