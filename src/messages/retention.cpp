#include "messages/retention.hpp"

namespace sesame::messages {

namespace {

// Rows are in the order of their days but for a few that wait long, so old rows are at the front; a look must
// not read the whole table when no row is old.
constexpr storage::Sql kDeleteExpiredRows{
    "messages.delete_expired_rows",
    "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE id < (SELECT min(id) FROM message) + "
    "100000 AND request_day < ?1 AND next_attempt_ms IS NULL ORDER BY id LIMIT ?2)"};
constexpr storage::Sql kDeleteExpiredPages{
    "messages.delete_expired_pages",
    "DELETE FROM message_page WHERE id IN (SELECT id FROM message_page WHERE id < (SELECT min(id) FROM "
    "message_page) + 10000 AND request_day < ?1 ORDER BY id LIMIT ?2)"};

}  // namespace

std::int64_t delete_expired_messages(storage::Writer& writer, std::int64_t before_day, std::int64_t most) {
  writer.run(kDeleteExpiredPages, before_day, most);
  return writer.run(kDeleteExpiredRows, before_day, most);
}

}  // namespace sesame::messages
