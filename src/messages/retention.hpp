#pragma once

#include <cstddef>
#include <cstdint>

#include "storage/database.hpp"

namespace sesame::messages {

/// Deletes message rows of requests before Beijing day `before_day` (as beijing_day() counts) that need no
/// further attempt, and their status pages; at most `most` rows, the oldest first: a job of some
/// milliseconds. Returns their number; 0 when nothing is left. Job: write.
std::int64_t delete_expired_messages(storage::Writer& writer, std::int64_t before_day, std::int64_t most);

}  // namespace sesame::messages
