#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "storage/database.hpp"

/// What became of the mail, counted by day, sender domain and recipient domain. A mail counts for the day on
/// which it was asked for, whenever the event came. Plain functions for the inside of database jobs.
namespace sesame::effects {

/// SES: Volume.
struct Volume {
  std::int64_t requested = 0;  // Mails asked for, one a recipient.
  std::int64_t accepted = 0;   // Of these, not held back.
  std::int64_t delivered = 0;
  std::int64_t bounced = 0;  // Refused for good.
  std::int64_t opened = 0;   // Every opening.
  std::int64_t clicked = 0;  // Recipients.
  std::int64_t unsubscribed = 0;
  std::int64_t complained = 0;
  // Not of people, and in none of the above.
  std::int64_t machine_opened = 0;
  std::int64_t machine_clicked = 0;

  Volume& operator+=(const Volume& more);
  bool operator==(const Volume&) const = default;
};

/// The domain under which an address is counted: behind its last `@`, in lower-case A-label form.
std::string counted_domain(std::string_view address);

struct VolumeChange {
  accounts::Scope scope;
  std::int64_t day = 0;  // As beijing_day() counts.
  std::string sender_domain;
  std::string recipient_domain;
  Volume volume;
};
/// Adds up. Costs one change of a row for each different day and pair of domains, and one for each day and
/// sender domain. Call it in the transaction that writes what is counted: then nothing is ever counted twice.
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
/// The days on which there was anything, in their order. Reads at most one row for each day and sender
/// domain.
std::vector<DailyVolume> daily_volumes(storage::Reader& reader, const VolumeQuery& query);

/// How far somebody who forgets old days has come: through the recipient domains, one after the other.
struct VolumePlace {
  accounts::Scope scope;
  std::string recipient_domain;
};
struct ExpiredVolumes {
  std::int64_t rows = 0;
  std::optional<VolumePlace> next;  // Nothing: it is through.
};
/// Removes the days before `first_day` of up to `most` recipient domains behind `after` (from the beginning:
/// an empty one). No index by day has to be kept for it.
ExpiredVolumes delete_expired_volumes(storage::Writer& writer, std::int64_t first_day,
                                      const VolumePlace& after, std::int64_t most);

}  // namespace sesame::effects
