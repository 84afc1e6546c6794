#include "messages/time_correction.hpp"

namespace sesame::messages {

namespace {

constexpr storage::Sql kCorrectAttempts{"messages.correct_attempt_times",
                                        "UPDATE message SET next_attempt_ms = ?1 WHERE id IN (SELECT id FROM "
                                        "message WHERE next_attempt_ms IS NOT "
                                        "NULL AND next_attempt_ms > ?2 ORDER BY next_attempt_ms LIMIT ?3)"};

}  // namespace

std::int64_t correct_attempt_times(storage::Writer& writer, std::int64_t now_ms, std::int64_t latest_ms,
                                   std::int64_t most) {
  return writer.run(kCorrectAttempts, now_ms, latest_ms, most);
}

}  // namespace sesame::messages
