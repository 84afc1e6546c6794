#pragma once

#include <cstddef>
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
                    "mails of an account to one address within any hour, as far as this process has sent "
                    "them: a restart begins anew; 0: no limit");
  }
};

/// Limits the mails from one account to one address: at most `mails_max` within any hour, to the second.
/// Thread: any.
///
/// The mails of the last hour are a table of fixed size in memory, which a restart empties. When more are
/// sent in an hour than it holds, those of the addresses with the fewest mails are replaced: the filter may
/// then let extra mails through, but never withholds one below the limit (two addresses share their entries
/// with a chance of 2^-47).
class FrequencyFilter final : public MailFilter {
 public:
  static constexpr std::uint64_t kHourMs = 3'600'000;
  static constexpr int kTooFrequent = 1006;  // SES: SendEmailStatus.SendStatus
  static constexpr std::size_t kMailsHeld = std::size_t{1} << 20;

  /// `mails_max` 0: no limit. `random` seeds the hashes, so that no one can construct collisions.
  FrequencyFilter(std::uint32_t mails_max, Random& random, std::size_t mails_held = kMailsHeld);

  /// Counts the mails that it lets through.
  void judge(storage::Reader& reader, const Mailer& mailer, std::span<const std::string_view> addresses,
             std::int64_t now_ms, std::span<Verdict> verdicts) override;
  void ask(storage::Reader& reader, const Mailer& mailer, std::span<const std::string_view> addresses,
           std::int64_t now_ms, std::span<Verdict> verdicts) override;
  bool counts() const override { return mails_max_ != 0; }
  void take_back(const accounts::Scope& scope, std::span<const std::string_view> addresses,
                 std::int64_t now_ms) override;

 private:
  /// One mail.
  struct Entry {
    std::uint32_t tag = 0;     // The upper half of its address's hash.
    std::uint32_t second = 0;  // When it was let through, since 1970; 0: never used.
  };
  /// The state of an address in the table.
  struct Known {
    std::uint32_t mails = 0;  // Within the hour.
    Entry* newest = nullptr;
    Entry* free = nullptr;  // A place for one more; null when there is none.
  };

  std::uint64_t hash(const accounts::Scope& scope, std::string_view address, std::string& scratch) const;
  Entry& entry(std::uint64_t hashed, std::size_t i) SESAME_REQUIRES(mutex_) {
    return entries_[((hashed & ~std::uint64_t{7}) + i) & (entries_.size() - 1)];
  }
  Known look_up(std::uint64_t hashed, std::uint32_t second) SESAME_REQUIRES(mutex_);
  Entry& make_room(std::uint64_t hashed) SESAME_REQUIRES(mutex_);

  const std::uint32_t mails_max_;
  const std::uint64_t seed_;
  // The entries of an address lie within so many places from that of its hash on.
  std::size_t window_ = 0;
  Mutex mutex_;
  std::vector<Entry> entries_ SESAME_GUARDED_BY(mutex_);  // Their number is a power of two and constant.
};

}  // namespace sesame::campaigns
