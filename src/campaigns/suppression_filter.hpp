#pragma once

#include "audience/hard_bounces.hpp"
#include "campaigns/mail_filter.hpp"

namespace sesame::campaigns {

/// Withholds mail to addresses that are on a suppression list or unsubscribed from the sender domain.
/// Thread: any.
class SuppressionFilter final : public MailFilter {
 public:
  explicit SuppressionFilter(audience::SuppressionRules rules) : rules_(rules) {}

  void judge(storage::Reader& reader, const Mailer& mailer, std::span<const std::string_view> addresses,
             std::int64_t now_ms, std::span<Verdict> verdicts) override;

 private:
  const audience::SuppressionRules rules_;
};

}  // namespace sesame::campaigns
