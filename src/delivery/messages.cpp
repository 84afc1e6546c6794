#include "delivery/messages.hpp"

#include "base/ascii.hpp"
#include "base/beijing_time.hpp"

namespace sesame::delivery {
namespace {

using storage::Sql;

constexpr Sql kInsertMessage{
    "delivery.insert_message",
    "INSERT INTO message (account_id, region, kind, parent_id, ordinal, message_id, from_address, "
    "to_address, "
    "request_day, requested_ms, deliver_status, deliver_text, delivered_ms, attempts, uncertain, "
    "next_attempt_ms, first_attempt_ms, send_status) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"};

constexpr Sql kUpdateMessage{"delivery.update_message",
                             "UPDATE message SET deliver_status = ?2, deliver_text = ?3, delivered_ms = ?4, "
                             "attempts = ?5, uncertain = ?6, "
                             "next_attempt_ms = ?7, first_attempt_ms = ?8 WHERE id = ?1"};

constexpr Sql kListDue{
    "delivery.list_due",
    "SELECT id, kind, parent_id, ordinal, account_id, region, message_id, from_address, to_address, "
    "requested_ms, "
    "next_attempt_ms, attempts, uncertain, deliver_text, first_attempt_ms FROM message "
    "WHERE next_attempt_ms <= ?1 AND (next_attempt_ms, id) > (?2, ?3) ORDER BY next_attempt_ms, id LIMIT ?4"};

#define SESAME_STATUS_COLUMNS                                                                \
  "SELECT message_id, to_address, from_address, send_status, deliver_status, deliver_text, " \
  "requested_ms, delivered_ms, opened, clicked, unsubscribed, complained FROM message "

// An empty ?4 or ?5 leaves that filter out; addresses are compared in lower case.
constexpr Sql kStatusesOfDay{
    "delivery.statuses_of_day", SESAME_STATUS_COLUMNS
    "WHERE account_id = ?1 AND region = ?2 AND request_day = ?3 AND (?4 = '' OR message_id = ?4) "
    "AND (?5 = '' OR lower(to_address) = ?5) ORDER BY id LIMIT ?6 OFFSET ?7"};

constexpr Sql kStatusesOfSend{
    "delivery.statuses_of_send", SESAME_STATUS_COLUMNS
    "WHERE message_id = ?4 AND kind = 1 AND account_id = ?1 AND region = ?2 AND request_day = ?3 "
    "AND (?5 = '' OR lower(to_address) = ?5) ORDER BY id LIMIT ?6 OFFSET ?7"};
#undef SESAME_STATUS_COLUMNS

constexpr Sql kIsSend{"delivery.is_send", "SELECT 1 FROM message WHERE message_id = ?1 AND kind = 1 LIMIT 1"};

void insert_outcome(storage::Writer& writer, const Outcome& outcome, std::int64_t delivered_ms,
                    std::optional<std::int64_t> next) {
  writer.run(kInsertMessage, outcome.scope.account_id, outcome.scope.region,
             static_cast<int>(outcome.key.kind), outcome.key.parent_id, outcome.key.ordinal,
             outcome.message_id, outcome.from_address, outcome.to_address, beijing_day(outcome.requested_ms),
             outcome.requested_ms, static_cast<int>(outcome.status), outcome.text, delivered_ms,
             outcome.attempts, outcome.uncertain, next, outcome.first_attempt_ms, outcome.send_status);
}

DueMessage read_due(const storage::Rows& rows) {
  DueMessage due;
  due.row_id = rows.integer(0);
  due.key.kind = rows.integer(1) == 0 ? MessageKey::run : MessageKey::send;
  due.key.parent_id = rows.integer(2);
  due.key.ordinal = static_cast<std::uint32_t>(rows.integer(3));
  due.scope.account_id = rows.integer(4);
  due.scope.region = rows.text(5);
  due.message_id = rows.text(6);
  due.from_address = rows.text(7);
  due.to_address = rows.text(8);
  due.requested_ms = rows.integer(9);
  due.next_attempt_ms = rows.integer(10);
  due.attempts = static_cast<unsigned>(rows.integer(11));
  due.uncertain = static_cast<unsigned>(rows.integer(12));
  due.last_text = rows.text(13);
  due.first_attempt_ms = rows.integer(14);
  return due;
}

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

}  // namespace

void enqueue(storage::Writer& writer, std::span<const NewMessage> messages) {
  for (const NewMessage& message : messages) {
    const bool withheld = message.send_status != 0;
    std::optional<std::int64_t> next;
    if (!withheld) next = message.requested_ms;
    const DeliverStatus status = withheld ? DeliverStatus::dropped : DeliverStatus::waiting;
    writer.run(kInsertMessage, message.scope.account_id, message.scope.region,
               static_cast<int>(message.key.kind), message.key.parent_id, message.key.ordinal,
               message.message_id, message.from_address, message.to_address,
               beijing_day(message.requested_ms), message.requested_ms, static_cast<int>(status),
               message.withheld_because, 0, 0, 0, next, 0, message.send_status);
  }
}

std::vector<DueMessage> list_due(storage::Reader& reader, std::int64_t now_ms, DuePosition after,
                                 std::size_t limit) {
  std::vector<DueMessage> found;
  const auto rows = reader.query(kListDue, now_ms, after.next_attempt_ms, after.row_id, limit);
  while (rows->next()) found.push_back(read_due(*rows));
  return found;
}

void record_outcomes(storage::Writer& writer, std::span<const Outcome> outcomes) {
  for (const Outcome& outcome : outcomes) {
    const bool delivered = outcome.status == DeliverStatus::delivered;
    const std::int64_t delivered_ms = delivered ? outcome.happened_ms : 0;
    std::optional<std::int64_t> next;
    if (!outcome.final()) next = outcome.next_attempt_ms;
    if (outcome.row_id == 0) {
      insert_outcome(writer, outcome, delivered_ms, next);
    } else {
      writer.run(kUpdateMessage, outcome.row_id, static_cast<int>(outcome.status), outcome.text, delivered_ms,
                 outcome.attempts, outcome.uncertain, next, outcome.first_attempt_ms);
    }
  }
}

std::vector<MessageStatus> find_statuses(storage::Reader& reader, const StatusQuery& query) {
  const std::string message_id = query.message_id.value_or("");
  const std::string to = ascii::lower(query.to_address.value_or(""));
  bool of_send = false;
  if (!message_id.empty()) of_send = reader.query(kIsSend, message_id)->next();
  const Sql& sql = of_send ? kStatusesOfSend : kStatusesOfDay;
  std::vector<MessageStatus> found;
  const auto rows = reader.query(sql, query.scope.account_id, query.scope.region, query.request_day,
                                 message_id, to, query.limit, query.offset);
  while (rows->next()) found.push_back(read_status(*rows));
  return found;
}

}  // namespace sesame::delivery
