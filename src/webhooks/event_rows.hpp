#pragma once

#include <cstdint>

#include "storage/database.hpp"
#include "storage/sql_text.hpp"
#include "webhooks/event_queue.hpp"

/// The rows of table webhook_event, for event_queue.cpp and event_history.cpp.
namespace sesame::webhooks {

/// Begins a query for read_event().
inline constexpr storage::SqlText kSelectEvents{
    "SELECT id, webhook_id, kind, state, attempts, queued_ms, next_attempt_ms, answer, body "
    "FROM webhook_event "};

// Statements say `state = 0` and `state > 0` where an index of the waiting or of the ended events has that
// condition: with a parameter in its place the index would not be used.
static_assert(static_cast<int>(EventState::waiting) == 0);

QueuedEvent read_event(storage::Rows& rows);

/// Adds `waiting` and `ended`, which may be negative, to the webhook's counts of events. Job: write.
void count_events(storage::Writer& writer, std::int64_t webhook_id, std::int64_t waiting, std::int64_t ended);

}  // namespace sesame::webhooks
