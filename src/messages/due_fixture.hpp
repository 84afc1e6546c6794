#pragma once

#include <cstdint>
#include <iterator>
#include <vector>

#include "messages/queues.hpp"
#include "messages/rows.hpp"

namespace sesame::messages {

/// All rows that are due at `now_ms`, found by their queues.
inline std::vector<DueMessage> due_rows(storage::Reader& reader, std::int64_t now_ms) {
  std::vector<DueMessage> found;
  for (const DueQueue& queue : list_due_queues(reader, now_ms, {}, 10'000)) {
    const DueRows rows =
        find_due_rows(reader, queue.queue_id, now_ms, 10'000, [](std::int64_t) { return false; });
    std::vector<DueMessage> due = read_due(reader, rows.row_ids, now_ms);
    found.insert(found.end(), std::make_move_iterator(due.begin()), std::make_move_iterator(due.end()));
  }
  return found;
}

}  // namespace sesame::messages
