#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "storage/database.hpp"

/// Volumes: mail counted by day, sender domain and recipient domain. A mail counts on the day of its request,
/// whenever its events happen. Plain functions inside database jobs.
namespace sesame::effects {

/// SES: Volume.
struct Volume {
  std::int64_t requested = 0;  // Requested mails, one per recipient.
  std::int64_t accepted = 0;   // Requested mails that were not withheld.
  std::int64_t delivered = 0;
  std::int64_t bounced = 0;  // Finally refused.
  std::int64_t opened = 0;   // All opens.
  std::int64_t clicked = 0;  // Recipients who clicked.
  std::int64_t unsubscribed = 0;
  std::int64_t complained = 0;
  // Machines' visits; not contained in the counts above.
  std::int64_t machine_opened = 0;
  std::int64_t machine_clicked = 0;

  Volume& operator+=(const Volume& more);
  bool operator==(const Volume&) const = default;
};

/// The domain under which an address is counted: the part after its last `@`, as lower-case A-labels.
/// Thread: any.
std::string counted_domain(std::string_view address);

struct VolumeChange {
  accounts::Scope scope;
  std::int64_t day = 0;  // As beijing_day() counts.
  std::string sender_domain;
  std::string recipient_domain;
  Volume volume;
};
/// Adds the changes to the stored volumes. Costs one row change per day and pair of domains, and one per day
/// and sender domain. Call it in the transaction that writes the counted facts: then nothing is counted
/// twice. Job: write.
void add_volumes(storage::Writer& writer, std::span<const VolumeChange> changes);

struct VolumeQuery {
  accounts::Scope scope;
  std::int64_t first_day = 0;
  std::int64_t last_day = 0;          // Included.
  std::string_view sender_domain;     // Empty: all.
  std::string_view recipient_domain;  // Empty: all.
};
struct DailyVolume {
  std::int64_t day = 0;
  Volume volume;
};
/// Reads the days that have volumes, in their order; at most one row per day and sender domain. Job: read.
std::vector<DailyVolume> daily_volumes(storage::Reader& reader, const VolumeQuery& query);

/// The position of delete_expired_volumes() in its walk through all recipient domains.
struct VolumePlace {
  accounts::Scope scope;
  std::string recipient_domain;
};
struct ExpiredVolumes {
  std::int64_t rows = 0;
  std::optional<VolumePlace> next;  // nullopt at the end of the walk.
};
/// Deletes the days before `first_day` of at most `most` recipient domains after `after` (empty: from the
/// start). Needs no index by day. Job: write.
ExpiredVolumes delete_expired_volumes(storage::Writer& writer, std::int64_t first_day,
                                      const VolumePlace& after, std::int64_t most);

}  // namespace sesame::effects
