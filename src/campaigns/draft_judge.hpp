#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "campaigns/mail_filter.hpp"
#include "messages/changes.hpp"
#include "messages/draft.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Decides from the tables whether drafts may go: by the state of their run (stopped) and of its task (held),
/// by the filters that do not count (an hour's or a day's limit is counted once, when a mail is handed out
/// for the first time), then by the pauses of delivery. Thread: one.
class DraftJudge {
 public:
  /// Both outlive it.
  DraftJudge(const MailFilters& filters, const messages::Changes& changes)
      : filters_(filters), judged_(changes.number()) {}

  /// Sets permission, send_status, because and judged of each draft; `compose` stays. Make the judge before
  /// the job begins, so that no commit is missed between the two. Job: read.
  void judge(storage::Reader& reader, std::span<messages::Draft* const> drafts, std::int64_t now_ms) const;

 private:
  struct Mailing {
    messages::Permission permission = messages::Permission::granted;
    std::string because;
    std::string sender_domain;
    std::vector<messages::Draft*> drafts;
  };

  static Mailing find(storage::Reader& reader, const accounts::MailId& id);

  const MailFilters& filters_;
  const std::uint64_t judged_;
};

}  // namespace sesame::campaigns
