#pragma once

#include <cstddef>
#include <cstdint>

#include "storage/database.hpp"

namespace sesame::messages {

/// Removes status rows of mails asked for before that Beijing day (as beijing_day() counts) that need no
/// further attempt, oldest first, and the pages that listed them. At most `most` rows: a job of some
/// milliseconds. Returns how many rows went; 0: nothing is left to remove. Inside a database job.
std::int64_t delete_expired_messages(storage::Writer& writer, std::int64_t before_day, std::int64_t most);

}  // namespace sesame::messages
