#pragma once

#include <cstdint>

#include "storage/database.hpp"

/// Deletes expired data of runs and single sends, at most `most` rows per call. Each returns the number of
/// deleted rows, 0 when nothing is left.
namespace sesame::campaigns {

/// Deletes the snapshots of runs that ended before `ended_before_ms` and have no mail under way; with
/// attachments, a snapshot has megabytes. The runs and their counters stay. Job: write.
std::int64_t delete_expired_mailings(storage::Writer& writer, std::int64_t ended_before_ms,
                                     std::int64_t most);

/// Deletes the ledgers of runs that ended before `ended_before_ms`: they contain nothing that the message
/// rows do not. Job: write.
std::int64_t delete_expired_ledgers(storage::Writer& writer, std::int64_t ended_before_ms, std::int64_t most);

/// Deletes single sends that were accepted before `accepted_before_ms` and of whose mails no message row is
/// left.
/// Job: write.
std::int64_t delete_expired_sends(storage::Writer& writer, std::int64_t accepted_before_ms,
                                  std::int64_t most);

}  // namespace sesame::campaigns
