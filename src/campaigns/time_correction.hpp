#pragma once

#include <cstdint>

#include "storage/database.hpp"

namespace sesame::campaigns {

/// Finds the next start anew for recurring tasks that are due more than two intervals from now, and ends at
/// `now_ms` the pauses of tasks that are longer than any quota or domain causes: the clock was wrong when
/// these times were set. Returns the number of tasks. Job: write.
std::int64_t correct_task_times(storage::Writer& writer, std::int64_t now_ms);

}  // namespace sesame::campaigns
