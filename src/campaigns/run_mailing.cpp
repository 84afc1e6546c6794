#include "campaigns/run_mailing.hpp"

#include <utility>

#include "campaigns/errors.hpp"
#include "content/mailing.hpp"
#include "senders/addresses.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kOpenRun{"campaigns.open_run",
                                "SELECT r.account_id, r.region, r.sender_domain, r.mailing, r.id_key, "
                                "r.app_id, r.started_ms, r.task_id, t.sender, r.group_id, r.template_data, "
                                "t.sandboxed "
                                "FROM run r JOIN send_task t ON t.task_id = r.task_id WHERE r.run_id = ?1"};

std::string bytes_of(storage::Blob blob) { return {reinterpret_cast<const char*>(blob.data()), blob.size()}; }

}  // namespace

Result<std::shared_ptr<const RunMailing>> RunMailing::open(storage::Reader& reader,
                                                           const ComposeContext& context,
                                                           std::int64_t run_id) {
  const auto row = reader.query(kOpenRun, run_id);
  if (!row->next()) return Error(errors::kRunMissing).with("value", std::to_string(run_id));
  const accounts::Scope scope{row->next_integer(), std::string(row->next_text())};
  const std::string domain(row->next_text());
  Result<content::Mailing> mailing = content::unpack_mailing(bytes_of(row->next_blob()));
  const std::string id_key = bytes_of(row->next_blob());
  std::string app_id(row->next_text());
  const std::int64_t started_ms = row->next_integer();
  const std::int64_t task_id = row->next_integer();
  std::string sender(row->next_text());
  const std::int64_t group_id = row->next_integer();
  std::string template_data(row->next_text());
  const bool sandboxed = row->next_flag();
  if (!mailing) return std::move(mailing).error();
  Result<senders::Signers> keys = context.signers->signers_for(reader, scope, domain);
  if (!keys) return std::move(keys).error();
  mailing->signers = std::move(*keys);
  const std::string from_address = mailing->from.address;
  Result<content::Composer> composer = content::Composer::create(std::move(*mailing), context.links);
  if (!composer) return std::move(composer).error();

  MessageIds ids(id_key, std::move(app_id), started_ms);
  std::shared_ptr<RunMailing> run(new RunMailing(std::move(*composer), std::move(ids), *context.clock));
  run->run_id_ = run_id;
  run->task_id_ = task_id;
  run->sender_ = std::move(sender);
  run->group_id_ = group_id;
  run->scope_ = scope;
  run->from_address_ = from_address;
  run->sender_domain_ = domain;
  run->template_data_ = std::move(template_data);
  run->sandboxed_ = sandboxed;
  return std::shared_ptr<const RunMailing>(std::move(run));
}

Status RunMailing::check(storage::Reader& reader) const {
  auto sender = senders::resolve_sender(reader, scope_, sender_);
  if (!sender) return std::move(sender).error();
  return Done{};
}

messages::Draft RunMailing::draft(std::uint32_t ordinal, std::string_view address, std::string_view data,
                                  std::int64_t now_ms) const {
  messages::Draft draft;
  draft.id = {scope_.account_id, accounts::MailId::Kind::run, run_id_, ordinal};
  draft.scope = scope_;
  draft.message_id = ids_.api_id(ordinal);
  draft.from_address = from_address_;
  draft.to_address = address;
  draft.requested_ms = now_ms;
  draft.sandboxed = sandboxed_;
  content::Letter letter;
  letter.id = draft.id;
  letter.to.emplace_back(address);
  letter.envelope_to = address;
  letter.data_json = data.empty() ? template_data_ : std::string(data);
  letter.message_id = ids_.header_id(ordinal, sender_domain_);
  draft.compose = [run = shared_from_this(), letter = std::move(letter)]() mutable {
    letter.date_s = run->clock_.now_ms() / 1000;
    return run->composer_.compose(letter);
  };
  return draft;
}

}  // namespace sesame::campaigns
