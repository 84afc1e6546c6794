#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "audience/block.hpp"
#include "campaigns/daily_quota.hpp"
#include "campaigns/ledger.hpp"
#include "campaigns/mail_filter.hpp"
#include "campaigns/run_mailing.hpp"
#include "messages/draft.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// A run whose letters are handed out block by block; at most one decoded block is in memory. Thread: one.
class OpenRun {
 public:
  enum class Loaded : std::uint8_t {
    ready,        // A block is loaded.
    nobody_left,  // All recipients have been handed out.
    paused,       // The task waits for the next day's quota, or for its sender domain to be verified again.
  };

  /// The parts that loading a block consults. All outlive the run.
  struct Rules {
    storage::Database& database;
    const MailFilters& filters;
    const DailyQuota& quota;
  };

  /// `position`: the first ordinal that has not been handed out.
  OpenRun(const Rules& rules, std::shared_ptr<const RunMailing> mailing, std::uint32_t position)
      : rules_(rules), mailing_(std::move(mailing)), position_(position) {}

  std::int64_t run_id() const { return mailing_->run_id(); }
  std::int64_t account_id() const { return mailing_->scope().account_id; }
  bool has_block() const { return block_.has_value(); }
  /// The position for a later OpenRun of this run. Valid while no block is loaded.
  std::uint32_t position() const { return position_; }

  /// Loads the next block, judges its recipients, and lets through as many as the quota has left. Errors: the
  /// database's; errors that end the run: audience::errors::kBlockMissing, audience::errors::kBlockDamaged,
  /// those of RunMailing::check except for an unverified domain.
  Result<Loaded> load(std::int64_t now_ms);
  /// Appends letters of the loaded block until `letters` has `full`, the block ends, or the quota must be
  /// checked again.
  void hand_out(std::size_t full, std::vector<messages::Draft>& letters);
  /// Closes the block, at its end or earlier; a rest is loaded again later. On a database Error the block
  /// stays open.
  Status close(std::int64_t now_ms);

  /// Set while its task must not be mailed and the block could not be closed yet.
  bool held = false;

 private:
  std::uint32_t row_of(std::uint32_t at) const {
    return ledger_.first_ordinal + at - block_->first_ordinal();
  }
  bool is_mailable(std::uint32_t at) const {
    return row_of(at) < block_->size() && block_->valid(row_of(at));
  }
  messages::Draft letter(std::uint32_t at) const;
  Status wait_until_verified(std::int64_t now_ms, const Error& error);
  Result<bool> read_block(storage::Reader& reader, std::int64_t now_ms);
  void judge(storage::Reader& reader, std::int64_t now_ms);
  Result<bool> let_through(std::int64_t now_ms);

  const Rules rules_;
  const std::shared_ptr<const RunMailing> mailing_;
  std::uint32_t position_;
  // Index within the ledger of the loaded block.
  LedgerBlock ledger_;
  std::optional<audience::Block> block_;
  std::uint32_t index_ = 0;
  std::vector<Verdict> verdicts_;
  std::vector<LedgerEntry> skipped_;  // Malformed addresses, not recorded yet.
};

}  // namespace sesame::campaigns
