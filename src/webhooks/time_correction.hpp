#pragma once

#include <cstdint>

#include "storage/database.hpp"

namespace sesame::webhooks {

/// Makes at most `most` waiting events due at `now_ms` whose next attempt is later than any setting allows:
/// the clock was wrong when it was set. Returns their number. Job: write.
std::int64_t correct_event_times(storage::Writer& writer, std::int64_t now_ms, std::int64_t most);

}  // namespace sesame::webhooks
