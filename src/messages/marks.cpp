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
  const auto row = reader.query(kFindMessage, static_cast<int>(id.kind), id.parent_id, id.ordinal);
  if (!row->next() || row->integer(1) != id.account_id) return std::nullopt;
  MessageRow message;
  message.row_id = row->integer(0);
  message.id = id;
  message.scope = {row->integer(1), std::string(row->text(2))};
  message.message_id = row->text(3);
  message.from_address = row->text(4);
  message.to_address = row->text(5);
  message.requested_ms = row->integer(6);
  message.delivered_ms = row->integer(7);
  message.status = static_cast<DeliverStatus>(row->integer(8));
  message.complained = row->integer(9) == 1;
  return message;
}

bool set_mark(storage::Writer& writer, std::int64_t row_id, Mark mark) {
  return writer.run(sql_of(mark), row_id) > 0;
}

bool set_returned(storage::Writer& writer, std::int64_t row_id, std::string_view text) {
  return writer.run(kReturned, row_id, static_cast<int>(DeliverStatus::refused), text,
                    static_cast<int>(DeliverStatus::delivered)) > 0;
}

}  // namespace sesame::messages
