#include "messages/retention.hpp"

#include "base/beijing_time.hpp"
#include "storage/sql_text.hpp"

namespace sesame::messages {

namespace {

using storage::Sql;
using storage::sql_join;
using storage::SqlText;

// Rows are in the order of their days but for a few that wait long, so old rows are at the front; a look must
// not read the whole table when no row is old.
constexpr SqlText kExpired{
    "(SELECT id FROM message WHERE id < (SELECT min(id) FROM message) + "
    "100000 AND request_day < ?1 AND next_attempt_ms IS NULL AND first_attempt_ms < ?2 AND delivered_ms < ?3 "
    "ORDER BY id LIMIT ?4)"};
// Before the rows that they belong to.
constexpr Sql kDeleteExpiredAttempts{"messages.delete_expired_attempts",
                                     sql_join<"DELETE FROM attempt WHERE row_id IN ", kExpired>};
constexpr Sql kDeleteExpiredRows{"messages.delete_expired_rows",
                                 sql_join<"DELETE FROM message WHERE id IN ", kExpired>};
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
  writer.run(kDeleteExpiredAttempts, before_day, expiry.before_ms, expiry.delivered_before_ms, most);
  const std::int64_t rows =
      writer.run(kDeleteExpiredRows, before_day, expiry.before_ms, expiry.delivered_before_ms, most);
  writer.run(kDeleteExpiredPages, before_day, most);
  return rows;
}

}  // namespace sesame::messages
