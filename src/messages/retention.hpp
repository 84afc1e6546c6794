#pragma once

#include <cstddef>
#include <cstdint>

#include "storage/database.hpp"

namespace sesame::messages {

/// The times before which message rows are expired. A row counts from the last of its request, its first
/// attempt and its delivery: the mails of a run that was paused for long are as old as their delivery.
struct MessageExpiry {
  std::int64_t before_ms = 0;
  // For delivered mails, whose links are asked for by their rows; not after before_ms.
  std::int64_t delivered_before_ms = 0;
};

/// Deletes expired message rows that need no further attempt, with their attempts, and the status pages of
/// days that have no rows left; at most `most` rows, the oldest first: a job of some milliseconds. Returns
/// their number; 0 when nothing is left. Job: write.
std::int64_t delete_expired_messages(storage::Writer& writer, const MessageExpiry& expiry, std::int64_t most);

}  // namespace sesame::messages
