#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "messages/admission.hpp"
#include "messages/changes.hpp"
#include "messages/pauses.hpp"
#include "storage/database.hpp"

namespace sesame::messages {

/// Asks the pauses of delivery before the outlet: mail that is paused has no room, so it stays where it lies,
/// in its queue or its run. Each pause is a crowd. Thread: feeder.
///
/// A mail that is asked for behind a commit (Changes::number()) is judged by the pauses of that commit: they
/// are read again when they have changed. Until they are read, and while they can't be, no mail has room.
class PausingAdmission final : public Admission {
 public:
  /// `outlet`: null when mail needs no place of it. All arguments outlive it.
  PausingAdmission(storage::Database& database, const Changes& changes, const Clock& clock, Admission* outlet)
      : database_(database), changes_(changes), clock_(clock), outlet_(outlet) {}

  void begin_look() override;
  std::optional<Crowd> ask(const PlaceRequest& mail) override;
  std::size_t room(Crowd crowd) override;
  CrowdReason reason_of(Crowd crowd) override;
  bool may_refuse() override;
  bool pauses_account(std::int64_t account_id) override;

 private:
  struct InForce {
    Crowd crowd = 0;
    std::int64_t until_ms = INT64_MAX;
  };

  struct Known {
    std::int64_t until_ms = INT64_MAX;
    CrowdReason reason;
  };

  void refresh();
  void read();
  bool in_force(const PauseKey& key);
  bool any_in_force() const { return last_until_ms_ > clock_.now_ms(); }
  std::optional<Crowd> crowd_of(std::int64_t account_id, std::string_view domain);

  storage::Database& database_;
  const Changes& changes_;
  const Clock& clock_;
  Admission* const outlet_;
  bool known_ = false;  // The pauses below are those of number checked_.
  std::uint64_t checked_ = 0;
  std::map<PauseKey, InForce> pauses_;
  std::int64_t last_until_ms_ = INT64_MIN;  // The end of the one that lasts longest.
  std::unordered_map<Crowd, Known> by_crowd_;
};

}  // namespace sesame::messages
