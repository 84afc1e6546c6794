#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "campaigns/daily_quota.hpp"
#include "campaigns/launch.hpp"
#include "campaigns/mail_filter.hpp"
#include "senders/tracking.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Recipients by what a run would do with them: `recipients` is the sum of all others but `erased`.
struct DryRunCounts {
  std::uint64_t recipients = 0;
  std::uint64_t erased = 0;     // Removed from the group; none of a run's recipients.
  std::uint64_t malformed = 0;  // A run skips them.
  std::uint64_t bounced = 0;
  std::uint64_t blocked = 0;
  std::uint64_t unsubscribed = 0;
  std::uint64_t too_frequent = 0;
  std::uint64_t without_value = 0;  // Their data lack a value that the content needs.
  std::uint64_t mailed = 0;
};

/// A recipient whose mail is likely to look wrong.
struct DryRunSample {
  std::string_view reason;   // "longest", "empty", "emoji", "chinese", "right_to_left", "first".
  std::uint64_t number = 0;  // The place in the group, from 1.
  std::string address;
  std::string data;  // JSON text; empty for a recipient without data.
};

struct DryRun {
  Inspection order;
  DryRunCounts counts;
  std::vector<DryRunSample> samples;  // At most 5, each another recipient, all of whom would be mailed.
  std::optional<std::uint32_t> next;  // The first ordinal that was not read; nullopt: all were.
  std::optional<std::int64_t>
      quota_left;  // The mails that the sender domain has left today; nullopt: no limit.
};

/// The parts that a run consults, too. All outlive the call.
struct DryRunRules {
  const MailFilters& filters;
  const DailyQuota& quota;
  senders::Tracking tracking;
};

/// Judges the group's recipients from `from` on, at most `most` of them, as a run that starts now would judge
/// them; nothing is counted and nothing is mailed. Memory: one block. About two microseconds a recipient.
/// Without a sender, unsubscriptions are left aside. Errors: audience::errors::kBlockMissing,
/// audience::errors::kBlockDamaged. Job: read.
Result<DryRun> dry_run(storage::Reader& reader, const TaskOrder& order, const DryRunRules& rules,
                       std::uint32_t from, std::uint32_t most, std::int64_t now_ms);

}  // namespace sesame::campaigns
