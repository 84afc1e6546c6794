#include "campaigns/mail_facts.hpp"

#include "campaigns/message_ids.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kOfRun{
    "campaigns.facts_of_run",
    "SELECT r.app_id, r.sender_domain, r.id_key, r.started_ms, t.subject, t.template_id, r.task_id, "
    "t.call_request_id, t.call_credential, t.call_client "
    "FROM run r JOIN send_task t ON t.task_id = r.task_id WHERE r.run_id = ?1"};
constexpr storage::Sql kOpenRun{
    "campaigns.is_run_open",
    "SELECT 1 FROM run WHERE run_id = ?2 AND account_id = ?1 AND finished_ms IS NULL"};
constexpr storage::Sql kOfSend{
    "campaigns.facts_of_send",
    "SELECT app_id, sender_domain, header_id, subject, template_id, "
    "call_request_id, call_credential, call_client, callback_headers FROM send WHERE send_id = ?1"};

CallOrigin read_origin(storage::Rows& row) {
  CallOrigin call;
  call.request_id = row.next_text();
  call.credential = row.next_text();
  call.client = row.next_text();
  return call;
}

std::optional<MailFacts> of_run(storage::Reader& reader, const accounts::MailId& id) {
  const auto row = reader.query(kOfRun, id.parent_id);
  if (!row->next()) return std::nullopt;
  MailFacts facts;
  facts.app_id = row->next_text();
  facts.sender_domain = row->next_text();
  const storage::Blob id_key = row->next_blob();
  const std::int64_t started_ms = row->next_integer();
  const MessageIds ids({reinterpret_cast<const char*>(id_key.data()), id_key.size()}, facts.app_id,
                       started_ms);
  facts.header_id = ids.header_id(id.ordinal, facts.sender_domain);
  facts.subject = row->next_text();
  facts.template_id = row->next_integer();
  facts.task_id = row->next_integer();
  facts.call = read_origin(*row);
  return facts;
}

std::optional<MailFacts> of_send(storage::Reader& reader, const accounts::MailId& id) {
  const auto row = reader.query(kOfSend, id.parent_id);
  if (!row->next()) return std::nullopt;
  MailFacts facts;
  facts.app_id = row->next_text();
  facts.sender_domain = row->next_text();
  facts.header_id = row->next_text();
  facts.subject = row->next_text();
  facts.template_id = row->next_integer();
  facts.call = read_origin(*row);
  // The headers were checked before they were stored.
  if (auto headers = content::parse_headers(row->next_text(), content::kSubmittedHeaders))
    facts.callback_headers = std::move(*headers);
  return facts;
}

}  // namespace

std::optional<MailFacts> find_mail_facts(storage::Reader& reader, const accounts::MailId& id) {
  return id.kind == accounts::MailId::Kind::run ? of_run(reader, id) : of_send(reader, id);
}

bool is_run_open(storage::Reader& reader, std::int64_t account_id, std::int64_t run_id) {
  return reader.query(kOpenRun, account_id, run_id)->next();
}

}  // namespace sesame::campaigns
