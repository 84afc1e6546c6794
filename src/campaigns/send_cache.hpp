#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/thread_safety.hpp"
#include "campaigns/compose_context.hpp"
#include "content/composer.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// A single send, opened for mailing. Immutable. Thread: any.
class SendMailing {
 public:
  /// Loads the send. Errors: errors::kSendMissing (also when every envelope had its outcome), those of
  /// unpack_mailing, signers_for and Composer::create. Job: read.
  static Result<std::shared_ptr<const SendMailing>> open(storage::Reader& reader,
                                                         const ComposeContext& context, std::int64_t send_id);

  /// Composes the mail to one envelope. Errors: errors::kSendMissing, those of Composer::compose.
  Result<content::Mail> compose(std::uint32_t ordinal) const;

 private:
  SendMailing(content::Composer composer, const Clock& clock)
      : composer_(std::move(composer)), clock_(clock) {}

  content::Composer composer_;
  const Clock& clock_;
  content::Letter letter_;  // The letter without its envelope.
  std::vector<std::string> envelopes_;
};

/// The sends that are being composed. A send with attachments may have megabytes, so content is loaded only
/// when it is composed, and at most kOpenSendsMax sends stay open. Waits for the database. Thread: any.
class SendCache {
 public:
  static constexpr std::size_t kOpenSendsMax = 4;

  SendCache(storage::Database& database, const ComposeContext& context)
      : database_(database), context_(context) {}

  /// Composes one mail of a send. Errors: those of SendMailing, and the database's.
  Result<content::Mail> compose(std::int64_t send_id, std::uint32_t ordinal);

 private:
  Result<std::shared_ptr<const SendMailing>> find_or_open(std::int64_t send_id);

  storage::Database& database_;
  const ComposeContext context_;
  Mutex mutex_;
  std::deque<std::pair<std::int64_t, std::shared_ptr<const SendMailing>>> open_
      SESAME_GUARDED_BY(mutex_);  // Newest first.
};

}  // namespace sesame::campaigns
