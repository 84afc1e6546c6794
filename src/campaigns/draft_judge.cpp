#include "campaigns/draft_judge.hpp"

#include <tuple>

#include "messages/pauses.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kTaskOfRun{
    "campaigns.task_of_run",
    "SELECT r.stopped, t.held, t.error, r.sender_domain FROM run r JOIN send_task t ON t.task_id = r.task_id "
    "WHERE r.run_id = ?1"};
constexpr storage::Sql kDomainOfSend{"campaigns.domain_of_send",
                                     "SELECT sender_domain FROM send WHERE send_id = ?1"};

}  // namespace

void DraftJudge::judge(storage::Reader& reader, std::span<messages::Draft* const> drafts,
                       std::int64_t now_ms) const {
  std::map<std::tuple<accounts::MailId::Kind, std::int64_t>, Mailing> mailings;
  for (messages::Draft* draft : drafts) {
    const auto [mailing, is_new] = mailings.try_emplace({draft->id.kind, draft->id.parent_id});
    if (is_new) mailing->second = find(reader, draft->id);
    mailing->second.drafts.push_back(draft);
  }
  messages::PauseLookup pauses(reader, now_ms);
  for (const auto& [id, mailing] : mailings) {
    std::vector<std::string_view> addresses;
    for (messages::Draft* draft : mailing.drafts) {
      draft->judged = judged_;
      draft->permission = mailing.permission;
      draft->because = mailing.because;
      draft->send_status = 0;
      addresses.push_back(draft->to_address);
    }
    if (mailing.permission != messages::Permission::granted) continue;
    const Mailer mailer{mailing.drafts.front()->scope, mailing.sender_domain};
    const std::vector<Verdict> verdicts = filters_.look(reader, mailer, addresses, now_ms);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      messages::Draft& draft = *mailing.drafts[i];
      if (verdicts[i].withheld()) {
        draft.permission = messages::Permission::withheld;
        draft.send_status = verdicts[i].send_status;
        draft.because = verdicts[i].because;
      } else if (pauses.find(draft.scope.account_id, messages::domain_of(draft.to_address)) != nullptr) {
        draft.permission = messages::Permission::delivery_paused;
      }
    }
  }
}

DraftJudge::Mailing DraftJudge::find(storage::Reader& reader, const accounts::MailId& id) {
  Mailing mailing;
  if (id.kind == accounts::MailId::Kind::send) {
    const auto row = reader.query(kDomainOfSend, id.parent_id);
    if (row->next()) mailing.sender_domain = row->next_text();
    return mailing;
  }
  const auto row = reader.query(kTaskOfRun, id.parent_id);
  if (!row->next()) return mailing;  // Its content is gone, too: composing it fails.
  const bool stopped = row->next_flag();
  const bool held = row->next_flag();
  std::string error(row->next_text());
  mailing.sender_domain = row->next_text();
  if (stopped) {
    mailing.permission = messages::Permission::stopped;
    mailing.because = std::move(error);
  } else if (held) {
    mailing.permission = messages::Permission::held;
  }
  return mailing;
}

}  // namespace sesame::campaigns
