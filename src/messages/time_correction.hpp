#pragma once

#include <cstdint>

#include "storage/database.hpp"

namespace sesame::messages {

/// Makes at most `most` waiting messages due at `now_ms` whose next attempt is after `latest_ms`, later than
/// any schedule sets it: the clock was wrong when it was set. Returns their number. Job: write.
std::int64_t correct_attempt_times(storage::Writer& writer, std::int64_t now_ms, std::int64_t latest_ms,
                                   std::int64_t most);

}  // namespace sesame::messages
