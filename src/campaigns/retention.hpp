#pragma once

#include <cstdint>

#include "storage/database.hpp"

/// Removes what runs and single sends leave behind, a little at a time. Inside database jobs; each returns
/// how much it removed, 0 when nothing is left.
namespace sesame::campaigns {

/// The snapshots of runs that ended before that moment and of whose mail nothing is under way: with
/// attachments megabytes each. The runs and their counters stay.
std::int64_t delete_expired_mailings(storage::Writer& writer, std::int64_t ended_before_ms,
                                     std::int64_t most);

/// The ledgers of runs that ended before that moment: nobody is handed out any more, so they tell nothing
/// that the status rows do not.
std::int64_t delete_expired_ledgers(storage::Writer& writer, std::int64_t ended_before_ms, std::int64_t most);

/// Single sends that were accepted before that moment and are through.
std::int64_t delete_expired_sends(storage::Writer& writer, std::int64_t accepted_before_ms,
                                  std::int64_t most);

}  // namespace sesame::campaigns
