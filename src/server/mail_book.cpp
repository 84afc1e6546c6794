#include "server/mail_book.hpp"

#include <utility>

#include "campaigns/ledger.hpp"
#include "campaigns/letter_facts.hpp"
#include "messages/marks.hpp"

namespace sesame::server {

namespace {

bool is_run(const accounts::MailId& ref) { return ref.kind == accounts::MailId::Kind::run; }

messages::Mark to_mark(effects::MailMark mark) {
  switch (mark) {
    case effects::MailMark::opened:
      return messages::Mark::opened;
    case effects::MailMark::clicked:
      return messages::Mark::clicked;
    case effects::MailMark::unsubscribed:
      return messages::Mark::unsubscribed;
    case effects::MailMark::complained:
      return messages::Mark::complained;
  }
  return messages::Mark::opened;
}

}  // namespace

std::optional<effects::StoredMail> MailBook::find(storage::Reader& reader, const accounts::MailId& ref) {
  const auto row_kind = is_run(ref) ? messages::MessageKey::run : messages::MessageKey::send;
  auto row = messages::find_message(reader, {row_kind, ref.parent_id, ref.ordinal});
  if (!row || row->scope.account_id != ref.account_id) return std::nullopt;
  const auto letter_kind = is_run(ref) ? campaigns::LetterKey::Kind::run : campaigns::LetterKey::Kind::send;
  auto facts = campaigns::find_letter_facts(reader, {letter_kind, ref.parent_id, ref.ordinal});
  if (!facts) return std::nullopt;

  effects::StoredMail mail;
  mail.ref = ref;
  mail.scope = std::move(row->scope);
  mail.row_id = row->row_id;
  mail.message_id = std::move(row->message_id);
  mail.from_address = std::move(row->from_address);
  mail.to_address = std::move(row->to_address);
  mail.requested_ms = row->requested_ms;
  mail.delivered_ms = row->delivered_ms;
  mail.delivered = row->status == messages::DeliverStatus::delivered;
  mail.under_way =
      row->status == messages::DeliverStatus::waiting || row->status == messages::DeliverStatus::deferred;
  mail.first_attempt = row->status == messages::DeliverStatus::waiting;
  mail.complained = row->complained;
  mail.app_id = std::move(facts->app_id);
  mail.sender_domain = std::move(facts->sender_domain);
  mail.header_id = std::move(facts->header_id);
  mail.subject = std::move(facts->subject);
  mail.template_id = facts->template_id;
  mail.task_id = facts->task_id;
  mail.callback_headers = std::move(facts->callback_headers);
  return mail;
}

bool MailBook::may_come(storage::Reader& reader, const accounts::MailId& ref) {
  // A single send has its rows from the beginning.
  return is_run(ref) && campaigns::is_run_open(reader, ref.account_id, ref.parent_id);
}

bool MailBook::mark(storage::Writer& writer, const effects::StoredMail& mail, effects::MailMark mark) {
  return messages::set_mark(writer, mail.row_id, to_mark(mark));
}

bool MailBook::mark_bounced(storage::Writer& writer, const effects::StoredMail& mail,
                            std::string_view reason) {
  if (!messages::set_returned(writer, mail.row_id, reason)) return false;
  if (is_run(mail.ref)) campaigns::record_returned(writer, mail.ref.parent_id, mail.ref.ordinal);
  return true;
}

}  // namespace sesame::server
