#pragma once

#include <cstdint>

#include "storage/database.hpp"

namespace sesame::messages {

struct QueueLimits {
  std::int64_t now_ms = 0;
  // Later than any schedule sets an attempt: the clock was wrong when a row got such a time.
  std::int64_t latest_ms = 0;
  // An empty queue that had nothing due since is deleted.
  std::int64_t empty_before_ms = 0;
};
struct QueueUpkeep {
  std::int64_t changed = 0;  // Rows.
  std::int64_t next = 0;     // The queue after which to go on; 0: all were seen.
};

/// Looks at no more than `most` queues after queue `after`: makes waiting messages due whose next attempt is
/// after `latest_ms`, at most `most`, and deletes empty queues. Job: write.
QueueUpkeep tidy_queues(storage::Writer& writer, const QueueLimits& limits, std::int64_t after,
                        std::int64_t most);

}  // namespace sesame::messages
