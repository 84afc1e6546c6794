#pragma once

#include <cstdint>
#include <memory>
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
  std::shared_ptr<const Inspection> order;  // Null until the first slice.
  std::string template_data;                // The order's, for recipients without data of their own.
  DryRunCounts counts;
  std::vector<DryRunSample> samples;  // At most 5, each another recipient, all of whom would be mailed.
  bool complete = false;              // All recipients of the group were judged.
  // The mails that the sender domain has left today; nullopt: no limit.
  std::optional<std::int64_t> quota_left;
};

/// The parts that a run consults, too. The filters outlive the dry run.
struct DryRunRules {
  const MailFilters& filters;
  DailyQuota quota;
  senders::Tracking tracking;
};

/// Judges the recipients of a group as a run that starts now would judge them, slice by slice; nothing is
/// counted and nothing is mailed. The recipients that were in the group at the first slice are judged, each
/// by the lists of its slice. Memory: one block, and the order until the first slice. About two microseconds
/// a recipient. Thread: one at a time.
class DryRunReading {
 public:
  DryRunReading(std::shared_ptr<const TaskOrder> order, const DryRunRules& rules);
  ~DryRunReading();
  DryRunReading(const DryRunReading&) = delete;
  DryRunReading& operator=(const DryRunReading&) = delete;

  /// Judges at most `most` further recipients. Without a sender, unsubscriptions are left aside. Errors:
  /// audience::errors::kGroupMissing (it was deleted meanwhile), audience::errors::kBlockDamaged. Job: read.
  Status advance(storage::Reader& reader, std::uint32_t most, std::int64_t now_ms);
  /// The state after the last slice.
  DryRun so_far() const;

 private:
  class Counting;
  std::unique_ptr<Counting> counting_;
};

}  // namespace sesame::campaigns
