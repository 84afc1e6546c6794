#include "messages/mail_record.hpp"

namespace sesame::messages {

namespace {

constexpr storage::Sql kRecord{
    "messages.mail_record",
    "SELECT message_id, to_address, send_status, deliver_text, attempts, first_attempt_ms, next_attempt_ms, "
    "delivered_ms FROM message WHERE parent_id = ?2 AND ordinal = ?3 AND kind = ?1"};

}  // namespace

std::optional<MailRecord> find_record(storage::Reader& reader, const accounts::MailId& id) {
  const auto row = reader.query(kRecord, id.kind, id.parent_id, id.ordinal);
  if (!row->next()) return std::nullopt;
  MailRecord record;
  record.message_id = row->next_text();
  record.to_address = row->next_text();
  record.send_status = row->next_integer<int>();
  record.text = row->next_text();
  record.attempts = row->next_integer<unsigned>();
  record.first_attempt_ms = row->next_integer();
  record.next_attempt_ms = row->next_optional_integer();
  record.delivered_ms = row->next_integer();
  return record;
}

}  // namespace sesame::messages
