#include "messages/statuses.hpp"

#include "messages/status_pages.hpp"
#include "mime/address.hpp"

namespace sesame::messages {
namespace {

using storage::Sql;

#define SESAME_STATUS_COLUMNS                                                                               \
  "SELECT message_id, to_address, from_address, send_status, deliver_status, deliver_text, "                \
  "requested_ms, delivered_ms, opened, clicked, unsubscribed, complained, account_id, region, request_day " \
  "FROM message "
constexpr Sql kFromRow{"messages.statuses_from_row", SESAME_STATUS_COLUMNS
                       "WHERE account_id = ?1 AND region = ?2 AND request_day = ?3 AND id >= ?4 "
                       "ORDER BY id LIMIT ?5 OFFSET ?6"};
// Compares the scope and the day in code: as SQL conditions they would make the query use the day's index.
constexpr Sql kOfSend{"messages.statuses_of_send",
                      SESAME_STATUS_COLUMNS "WHERE message_id = ?1 AND kind = 1 ORDER BY id"};
#undef SESAME_STATUS_COLUMNS

constexpr Sql kIsSend{"messages.is_send", "SELECT 1 FROM message WHERE message_id = ?1 AND kind = 1 LIMIT 1"};

MessageStatus read_status(const storage::Rows& rows) {
  MessageStatus status;
  status.message_id = rows.text(0);
  status.to_address = rows.text(1);
  status.from_address = rows.text(2);
  status.send_status = static_cast<int>(rows.integer(3));
  status.deliver_status = static_cast<DeliverStatus>(rows.integer(4));
  status.deliver_text = rows.text(5);
  status.requested_ms = rows.integer(6);
  status.delivered_ms = rows.integer(7);
  status.opened = rows.integer(8) != 0;
  status.clicked = rows.integer(9) != 0;
  status.unsubscribed = rows.integer(10) != 0;
  status.complained = rows.integer(11) != 0;
  return status;
}

/// Collects the matching rows after the offset, up to the limit.
class Search {
 public:
  explicit Search(const StatusQuery& query)
      : query_(query), message_id_(query.message_id.value_or("")), to_key_(key_of(query)) {}

  bool is_filtered() const { return !message_id_.empty() || !to_key_.empty(); }
  const std::string& message_id() const { return message_id_; }
  std::vector<std::uint64_t> keys() const {
    std::vector<std::uint64_t> keys;
    if (!message_id_.empty()) keys.push_back(status_key_of_message(message_id_));
    if (!to_key_.empty()) keys.push_back(status_key_of_recipient(to_key_));
    return keys;
  }

  /// False when the limit is reached.
  bool take(const storage::Rows& rows) {
    if (!matches(rows)) return true;
    if (skipped_ < query_.offset) return ++skipped_, true;
    if (found.size() < query_.limit) found.push_back(read_status(rows));
    return found.size() < query_.limit;
  }

  std::vector<MessageStatus> found;

 private:
  static std::string key_of(const StatusQuery& query) {
    return query.to_address ? mime::canonical_address(*query.to_address) : std::string();
  }
  bool matches(const storage::Rows& rows) {
    if (!message_id_.empty() && rows.text(0) != message_id_) return false;
    if (to_key_.empty()) return true;
    scratch_.clear();
    mime::append_canonical(scratch_, rows.text(1));
    return scratch_ == to_key_;
  }

  const StatusQuery& query_;
  const std::string message_id_;
  const std::string to_key_;
  std::string scratch_;
  std::uint64_t skipped_ = 0;
};

std::unique_ptr<storage::Rows> rows_from(storage::Reader& reader, const StatusQuery& query,
                                         std::int64_t first_row_id, std::uint64_t limit,
                                         std::uint64_t offset) {
  return reader.query(kFromRow, query.scope.account_id, query.scope.region, query.request_day, first_row_id,
                      limit, offset);
}

}  // namespace

std::vector<MessageStatus> find_statuses(storage::Reader& reader, const StatusQuery& query) {
  Search search(query);
  if (!search.is_filtered()) {
    const std::uint64_t number = query.offset / kStatusPageRows;
    const auto page = find_status_page(reader, query.scope, query.request_day, number);
    if (!page) return {};
    const auto rows =
        rows_from(reader, query, page->first_row_id, query.limit, query.offset % kStatusPageRows);
    while (rows->next()) search.found.push_back(read_status(*rows));
    return std::move(search.found);
  }
  const bool of_send = !search.message_id().empty() && reader.query(kIsSend, search.message_id())->next();
  if (of_send) {
    const auto rows = reader.query(kOfSend, search.message_id());
    while (rows->next()) {
      const bool ours = rows->integer(12) == query.scope.account_id && rows->text(13) == query.scope.region &&
                        rows->integer(14) == query.request_day;
      if (ours && !search.take(*rows)) break;
    }
    return std::move(search.found);
  }
  const std::vector<std::uint64_t> keys = search.keys();
  for (const StatusPage& page : find_status_pages(reader, query.scope, query.request_day, keys)) {
    const auto rows = rows_from(reader, query, page.first_row_id, page.rows, 0);
    while (rows->next()) {
      if (!search.take(*rows)) return std::move(search.found);
    }
  }
  return std::move(search.found);
}

}  // namespace sesame::messages
