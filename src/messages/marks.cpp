#include "messages/marks.hpp"

namespace sesame::messages {

namespace {

using storage::Sql;

constexpr Sql kFindMessage{
    "messages.find_message",
    "SELECT id, account_id, region, message_id, from_address, to_address, requested_ms, delivered_ms, "
    "deliver_status, complained FROM message WHERE parent_id = ?2 AND ordinal = ?3 AND kind = ?1"};
constexpr Sql kOpened{"messages.mark_opened", "UPDATE message SET opened = 1 WHERE id = ?1 AND opened = 0"};
constexpr Sql kClicked{"messages.mark_clicked",
                       "UPDATE message SET clicked = 1 WHERE id = ?1 AND clicked = 0"};
constexpr Sql kUnsubscribed{"messages.mark_unsubscribed",
                            "UPDATE message SET unsubscribed = 1 WHERE id = ?1 AND unsubscribed = 0"};
constexpr Sql kComplained{"messages.mark_complained",
                          "UPDATE message SET complained = 1 WHERE id = ?1 AND complained = 0"};
constexpr Sql kReturned{
    "messages.set_returned",
    "UPDATE message SET deliver_status = ?2, deliver_text = ?3 WHERE id = ?1 AND deliver_status = ?4"};

const Sql& sql_of(Mark mark) {
  switch (mark) {
    case Mark::opened:
      return kOpened;
    case Mark::clicked:
      return kClicked;
    case Mark::unsubscribed:
      return kUnsubscribed;
    case Mark::complained:
      return kComplained;
  }
  return kOpened;
}

}  // namespace

std::optional<MessageRow> find_message(storage::Reader& reader, const accounts::MailId& id) {
  const auto row = reader.query(kFindMessage, id.kind, id.parent_id, id.ordinal);
  if (!row->next()) return std::nullopt;
  MessageRow message;
  message.row_id = row->next_integer();
  message.id = id;
  message.scope = {row->next_integer(), std::string(row->next_text())};
  message.message_id = row->next_text();
  message.from_address = row->next_text();
  message.to_address = row->next_text();
  message.requested_ms = row->next_integer();
  message.delivered_ms = row->next_integer();
  message.status = row->next_integer<DeliverStatus>();
  message.complained = row->next_flag();
  if (message.scope.account_id != id.account_id) return std::nullopt;
  return message;
}

bool set_mark(storage::Writer& writer, std::int64_t row_id, Mark mark) {
  return writer.run(sql_of(mark), row_id) > 0;
}

bool set_returned(storage::Writer& writer, std::int64_t row_id, std::string_view text) {
  return writer.run(kReturned, row_id, DeliverStatus::refused, text, DeliverStatus::delivered) > 0;
}

}  // namespace sesame::messages
