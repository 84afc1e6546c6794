#pragma once

#include "audience/hard_bounces.hpp"
#include "campaigns/mail_filter.hpp"
#include "senders/sandbox_marks.hpp"

namespace sesame::campaigns {

/// Withholds mail to addresses that are on a suppression list or unsubscribed from the sender domain.
/// Simulated entries count for marked sender domains, too. Thread: any.
class SuppressionFilter final : public MailFilter {
 public:
  /// `marks` outlives it; without it no domain is marked.
  explicit SuppressionFilter(audience::SuppressionRules rules, const senders::SandboxMarks* marks = nullptr)
      : rules_(rules), marks_(marks) {}

  void judge(storage::Reader& reader, const Mailer& mailer, std::span<const std::string_view> addresses,
             std::int64_t now_ms, std::span<Verdict> verdicts) override;

 private:
  const audience::SuppressionRules rules_;
  const senders::SandboxMarks* const marks_;
};

}  // namespace sesame::campaigns
