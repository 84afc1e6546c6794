#include "messages/queue_upkeep.hpp"

#include <array>
#include <vector>

#include "messages/queues.hpp"

namespace sesame::messages {
namespace {

using storage::Sql;

constexpr Sql kWalk{
    "messages.walk_queues",
    "SELECT queue_id, waiting = 0 AND paused = 0 AND next_due_ms < ?2, waiting > 0 AND "
    "(next_due_ms > ?3 OR EXISTS (SELECT 1 FROM message WHERE message.queue_id = "
    "outbound_queue.queue_id AND next_attempt_ms > ?3)) FROM outbound_queue WHERE queue_id > ?1 "
    "ORDER BY queue_id LIMIT ?4"};
constexpr Sql kDelete{"messages.delete_queue",
                      "DELETE FROM outbound_queue WHERE queue_id = ?1 AND waiting = 0 AND paused = 0"};
constexpr Sql kCorrectAttempts{"messages.correct_attempt_times",
                               "UPDATE message SET next_attempt_ms = ?2 WHERE id IN (SELECT id FROM message "
                               "WHERE queue_id = ?1 AND next_attempt_ms > ?3 LIMIT ?4)"};

struct Queue {
  std::int64_t queue_id;
  bool is_old;
  bool is_ahead;
};

std::vector<Queue> next_queues(storage::Reader& reader, const QueueLimits& limits, std::int64_t after,
                               std::int64_t most) {
  std::vector<Queue> queues;
  const auto rows = reader.query(kWalk, after, limits.empty_before_ms, limits.latest_ms, most);
  while (rows->next()) {
    const std::int64_t queue_id = rows->next_integer();
    const bool is_old = rows->next_flag();
    queues.push_back({queue_id, is_old, rows->next_flag()});
  }
  return queues;
}

}  // namespace

QueueUpkeep tidy_queues(storage::Writer& writer, const QueueLimits& limits, std::int64_t after,
                        std::int64_t most) {
  QueueUpkeep done;
  const std::vector<Queue> queues = next_queues(writer, limits, after, most);
  std::int64_t left = most;
  for (const Queue& queue : queues) {
    if (queue.is_old) done.changed += writer.run(kDelete, queue.queue_id);
    if (!queue.is_ahead) continue;
    const std::int64_t corrected =
        writer.run(kCorrectAttempts, queue.queue_id, limits.now_ms, limits.latest_ms, left);
    correct_due_times(writer, std::array{queue.queue_id});
    done.changed += corrected;
    left -= corrected;
    if (left == 0) {
      done.next = queue.queue_id - 1;  // It may have more.
      return done;
    }
  }
  if (static_cast<std::int64_t>(queues.size()) == most) done.next = queues.back().queue_id;
  return done;
}

}  // namespace sesame::messages
