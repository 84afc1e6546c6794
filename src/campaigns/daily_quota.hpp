#pragma once

#include <cstdint>
#include <string_view>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// The limit of mails per sender domain and day (Beijing time). The count is stored in the database and
/// changes in the transaction that accepts a mail, so it is exact after every crash. A value. Thread: any.
class DailyQuota {
 public:
  DailyQuota() = default;
  /// 0: no limit, and mails are not counted.
  explicit DailyQuota(std::int64_t mails_max) : mails_max_(mails_max) {}

  bool limited() const { return mails_max_ > 0; }

  std::int64_t mails_max() const { return mails_max_; }
  /// The mails that the day has left; only when limited(). Job: read.
  std::int64_t left(storage::Reader& reader, const accounts::Scope& scope, std::string_view domain,
                    std::int64_t now_ms) const;

  /// Counts as many of the `wanted` mails as the day has left. Returns their number. Job: write.
  std::int64_t take_some(storage::Writer& writer, const accounts::Scope& scope, std::string_view domain,
                         std::int64_t wanted, std::int64_t now_ms) const;
  /// Counts all `wanted` mails or none. Error: errors::kQuotaExceeded (facts "value": the domain, "limit").
  /// Job: write.
  Status take_all(storage::Writer& writer, const accounts::Scope& scope, std::string_view domain,
                  std::int64_t wanted, std::int64_t now_ms) const;

  /// The time at which the next day begins.
  static std::int64_t renewed_ms(std::int64_t now_ms);

 private:
  std::int64_t mails_max_ = 0;
};

}  // namespace sesame::campaigns
