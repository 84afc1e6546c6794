#pragma once

#include <cstdint>
#include <vector>

#include "accounts/mail_id.hpp"

namespace sesame::engagement {

/// Keeps whoever has a mail from making its numbers, and its sender's webhook, what they like: so many visits
/// of one mail a minute, counted from its full minute. Counts lie in a table of fixed size; two mails may
/// share one. For one thread at a time.
class VisitPace {
 public:
  /// A mail that was forwarded to a large list stays below.
  static constexpr unsigned kPerMailMinute = 240;
  static constexpr std::size_t kCounts = std::size_t{1} << 19;

  VisitPace() : counts_(kCounts, 0) {}

  /// False: too many, and this one is not counted.
  bool take(const accounts::MailId& mail, std::int64_t now_ms);

 private:
  std::int64_t minute_ = 0;
  std::vector<std::uint8_t> counts_;
};

}  // namespace sesame::engagement
