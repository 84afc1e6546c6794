#pragma once

#include <cstdint>

#include "storage/database.hpp"

namespace sesame::audience {

/// Sets at most `most` bounces of the future to `now_ms`, and then the exemptions from them: a clock that was
/// wrong recorded them. Returns the number of bounces. Job: write.
std::int64_t correct_bounce_times(storage::Writer& writer, std::int64_t now_ms, std::int64_t most);

}  // namespace sesame::audience
