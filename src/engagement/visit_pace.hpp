#pragma once

#include <cstdint>
#include <vector>

#include "accounts/mail_id.hpp"

namespace sesame::engagement {

/// Rate-limits visits per mail, so that one holder of a mail cannot inflate its statistics or flood its
/// webhook: kPerMailMinute per minute by the clock. The counts are a table of fixed size in which two mails
/// may share a count. Thread: one.
class VisitPace {
 public:
  /// High enough for a mail that was forwarded to a large list.
  static constexpr unsigned kPerMailMinute = 240;
  static constexpr std::size_t kCounts = std::size_t{1} << 19;

  VisitPace() : counts_(kCounts, 0) {}

  /// Counts a visit. False when the mail has reached its limit: ignore the visit.
  bool take(const accounts::MailId& mail, std::int64_t now_ms);

 private:
  std::int64_t minute_ = 0;
  std::vector<std::uint8_t> counts_;
};

}  // namespace sesame::engagement
