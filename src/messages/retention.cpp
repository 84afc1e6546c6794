#include "messages/retention.hpp"

#include <vector>

#include "base/beijing_time.hpp"

namespace sesame::messages {

namespace {

using storage::Sql;

// Rows are in the order of their days but for a few that wait long, so old rows are at the front; a look must
// not read the whole table when no row is old.
constexpr Sql kExpired{
    "messages.expired_rows",
    "SELECT id FROM message WHERE id < (SELECT min(id) FROM message) + 100000 AND request_day < ?1 AND "
    "next_attempt_ms IS NULL AND first_attempt_ms < ?2 AND delivered_ms < ?3 ORDER BY id LIMIT ?4"};
constexpr Sql kDeleteAttempts{"messages.delete_attempts", "DELETE FROM attempt WHERE row_id = ?1"};
constexpr Sql kDeleteRow{"messages.delete_row", "DELETE FROM message WHERE id = ?1"};
constexpr Sql kDeleteExpiredPages{
    "messages.delete_expired_pages",
    "DELETE FROM message_page WHERE id IN (SELECT id FROM message_page WHERE id < (SELECT min(id) FROM "
    "message_page) + 10000 AND request_day < ?1 AND NOT EXISTS (SELECT 1 FROM message WHERE "
    "message.account_id = message_page.account_id AND message.region = message_page.region AND "
    "message.request_day = message_page.request_day) ORDER BY id LIMIT ?2)"};

}  // namespace

std::int64_t delete_expired_messages(storage::Writer& writer, const MessageExpiry& expiry,
                                     std::int64_t most) {
  const std::int64_t before_day = beijing_day(expiry.before_ms);
  std::vector<std::int64_t> expired;
  {
    const auto rows = writer.query(kExpired, before_day, expiry.before_ms, expiry.delivered_before_ms, most);
    while (rows->next()) expired.push_back(rows->next_integer());
  }
  for (const std::int64_t row_id : expired) {
    writer.run(kDeleteAttempts, row_id);
    writer.run(kDeleteRow, row_id);
  }
  writer.run(kDeleteExpiredPages, before_day, most);
  return static_cast<std::int64_t>(expired.size());
}

}  // namespace sesame::messages
