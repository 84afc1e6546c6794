#include "effects/sent_mail.hpp"

#include "campaigns/ledger.hpp"
#include "campaigns/mail_facts.hpp"
#include "messages/marks.hpp"

namespace sesame::effects {

namespace {

using messages::DeliverStatus;

bool is_run(const accounts::MailId& id) { return id.kind == accounts::MailId::Kind::run; }

}  // namespace

std::optional<SentMail> find_sent_mail(storage::Reader& reader, const accounts::MailId& id) {
  auto row = messages::find_message(reader, id);
  if (!row) return std::nullopt;
  auto facts = campaigns::find_mail_facts(reader, id);
  if (!facts) return std::nullopt;

  SentMail mail{messages::Envelope(std::move(*row))};
  mail.row_id = row->row_id;
  mail.delivered_ms = row->delivered_ms;
  mail.delivered = row->status == DeliverStatus::delivered;
  mail.under_way = !messages::is_final(row->status);
  mail.first_attempt = row->status == DeliverStatus::waiting;
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

bool may_still_appear(storage::Reader& reader, const accounts::MailId& id) {
  // A single send has its message rows from the start.
  return is_run(id) && campaigns::is_run_open(reader, id.account_id, id.parent_id);
}

bool mark_returned(storage::Writer& writer, const SentMail& mail, std::string_view reason) {
  if (!messages::set_returned(writer, mail.row_id, reason)) return false;
  if (is_run(mail.id)) campaigns::record_returned(writer, mail.id.parent_id, mail.id.ordinal);
  return true;
}

}  // namespace sesame::effects
