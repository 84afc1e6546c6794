#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "audience/block.hpp"
#include "campaigns/draft_judge.hpp"
#include "campaigns/run_mailings.hpp"
#include "campaigns/send_cache.hpp"
#include "messages/draft.hpp"
#include "messages/rows.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Makes and judges the drafts of due messages; loads each block once for consecutive ids. Lives for one
/// call, on a thread that may wait for the database. Thread: one.
class DraftLookup {
 public:
  DraftLookup(storage::Database& database, RunMailings& mailings, SendCache& sends, DraftJudge judge)
      : database_(database), mailings_(mailings), sends_(sends), judge_(judge) {}

  /// Makes the drafts, as Runner::drafts() describes.
  Result<std::vector<messages::Draft>> drafts(std::span<const messages::DueMessage> due, std::int64_t now_ms);
  /// Makes drafts of recipients of a run who were handed out before and have no row. Errors: the database's;
  /// those of RunMailing::check; errors that end the run: its content or a recipient's is gone.
  Result<std::vector<messages::Draft>> drafts(std::span<const accounts::MailId> ids, std::int64_t now_ms);

 private:
  Result<messages::Draft> find_in_run(storage::Reader& reader, const accounts::MailId& id,
                                      std::int64_t now_ms);
  void set_compose(storage::Reader& reader, messages::Draft& draft, std::int64_t now_ms);

  storage::Database& database_;
  RunMailings& mailings_;
  SendCache& sends_;  // Outlives the drafts.
  const DraftJudge judge_;
  std::map<std::int64_t, std::shared_ptr<const RunMailing>> runs_;  // Those of this call.
  std::int64_t block_group_id_ = 0;
  std::optional<audience::Block> block_;  // The last used block, of block_group_id_.
};

}  // namespace sesame::campaigns
