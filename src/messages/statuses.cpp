#include "messages/statuses.hpp"

#include "messages/status_pages.hpp"
#include "mime/address.hpp"
#include "storage/sql_text.hpp"

namespace sesame::messages {
namespace {

using storage::Sql;
using storage::sql_join;
using storage::SqlText;

constexpr SqlText kColumns{
    "SELECT account_id, region, request_day, message_id, to_address, from_address, send_status, "
    "deliver_status, deliver_text, requested_ms, delivered_ms, opened, clicked, unsubscribed, complained "
    "FROM message "};
constexpr Sql kFromRow{"messages.statuses_from_row",
                       sql_join<kColumns,
                                "WHERE account_id = ?1 AND region = ?2 AND request_day = ?3 AND id >= ?4 "
                                "ORDER BY id LIMIT ?5 OFFSET ?6">};
// The index of message ids holds sends only; it is used when the condition has its number.
static_assert(static_cast<int>(accounts::MailId::Kind::send) == 1);
// Compares the scope and the day in code: as SQL conditions they would make the query use the day's index.
constexpr Sql kOfSend{"messages.statuses_of_send",
                      sql_join<kColumns, "WHERE message_id = ?1 AND kind = 1 ORDER BY id">};
constexpr Sql kIsSend{"messages.is_send", "SELECT 1 FROM message WHERE message_id = ?1 AND kind = 1 LIMIT 1"};

/// A row whose columns before `from_address` were read already.
MessageStatus read_status(storage::Rows& rows, std::string_view message_id, std::string_view to_address) {
  MessageStatus status;
  status.message_id = message_id;
  status.to_address = to_address;
  status.from_address = rows.next_text();
  status.send_status = rows.next_integer<int>();
  status.deliver_status = rows.next_integer<DeliverStatus>();
  status.deliver_text = rows.next_text();
  status.requested_ms = rows.next_integer();
  status.delivered_ms = rows.next_integer();
  status.opened = rows.next_flag();
  status.clicked = rows.next_flag();
  status.unsubscribed = rows.next_flag();
  status.complained = rows.next_flag();
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
  bool take(storage::Rows& rows) {
    const bool of_account = rows.next_integer() == query_.scope.account_id;
    const bool of_region = rows.next_text() == query_.scope.region;
    const bool of_day = rows.next_integer() == query_.request_day;
    const std::string_view message_id = rows.next_text();
    const std::string_view to_address = rows.next_text();
    const bool meant = of_account && of_region && of_day && matches(message_id, to_address);
    if (meant && skipped_ == query_.offset && found.size() < query_.limit) {
      found.push_back(read_status(rows, message_id, to_address));
    } else {
      if (meant && skipped_ < query_.offset) ++skipped_;
      rows.skip_rest();
    }
    return found.size() < query_.limit;
  }

  std::vector<MessageStatus> found;

 private:
  static std::string key_of(const StatusQuery& query) {
    return query.to_address ? mime::canonical_address(*query.to_address) : std::string();
  }
  bool matches(std::string_view message_id, std::string_view to_address) {
    if (!message_id_.empty() && message_id != message_id_) return false;
    if (to_key_.empty()) return true;
    scratch_.clear();
    mime::append_canonical(scratch_, to_address);
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
    while (rows->next()) {
      rows->skip(3);  // The scope and the day are those of the query.
      const std::string_view message_id = rows->next_text();
      const std::string_view to_address = rows->next_text();
      search.found.push_back(read_status(*rows, message_id, to_address));
    }
    return std::move(search.found);
  }
  const bool of_send = !search.message_id().empty() && reader.query(kIsSend, search.message_id())->next();
  if (of_send) {
    const auto rows = reader.query(kOfSend, search.message_id());
    while (rows->next() && search.take(*rows)) {
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
