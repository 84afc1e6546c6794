#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "audience/block.hpp"
#include "campaigns/compose_context.hpp"
#include "campaigns/run_mailing.hpp"
#include "campaigns/send_cache.hpp"
#include "messages/draft.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Finds letters by their ids and loads each run and block once for consecutive ids. Lives for one call, on a
/// thread that may wait for the database. Thread: one.
class DraftLookup {
 public:
  DraftLookup(storage::Database& database, const ComposeContext& context, SendCache& sends)
      : database_(database), context_(context), sends_(sends) {}

  /// Makes the drafts, as Runner::drafts() describes.
  Result<std::vector<messages::Draft>> drafts(std::span<const accounts::MailId> ids);

 private:
  Result<messages::Draft> find(storage::Reader& reader, const accounts::MailId& id);
  Result<messages::Draft> find_in_run(storage::Reader& reader, const accounts::MailId& id);

  storage::Database& database_;
  const ComposeContext context_;
  SendCache& sends_;  // Outlives the letters.
  std::map<std::int64_t, std::shared_ptr<const RunMailing>> runs_;
  std::int64_t block_group_id_ = 0;
  std::optional<audience::Block> block_;  // The last used block, of block_group_id_.
};

}  // namespace sesame::campaigns
