#pragma once

#include <cstdint>
#include <string_view>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// How many mails a sender domain may send in a day (Beijing time), and how many it has sent. The count lies
/// in the database and changes in the transaction that accepts a mail, so it is exact whenever the program
/// ends. A value; any thread.
class DailyQuota {
 public:
  DailyQuota() = default;
  /// 0: no limit, and nothing is counted.
  explicit DailyQuota(std::int64_t mails_max) : mails_max_(mails_max) {}

  bool limited() const { return mails_max_ > 0; }

  /// Counts as many of the `wanted` mails as the day has left; returns how many those are.
  std::int64_t take_some(storage::Writer& writer, const accounts::Scope& scope, std::string_view domain,
                         std::int64_t wanted, std::int64_t now_ms) const;
  /// Counts all of them or none. Error: "campaigns.quota_exceeded" (facts "value": the domain, "limit").
  Status take_all(storage::Writer& writer, const accounts::Scope& scope, std::string_view domain,
                  std::int64_t wanted, std::int64_t now_ms) const;

  /// When the next day begins.
  static std::int64_t renewed_ms(std::int64_t now_ms);

 private:
  std::int64_t mails_max_ = 0;
};

}  // namespace sesame::campaigns
