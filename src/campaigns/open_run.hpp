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

/// A run that is being handed out, a block at a time: at most one decoded block lies in memory. One thread.
class OpenRun {
 public:
  enum class Loaded : std::uint8_t {
    ready,        // A block is loaded.
    nobody_left,  // Everybody has been handed out.
    paused,       // The task waits: for the next day's quota, or for its domain to be verified again.
  };

  /// What loading a block asks. All outlive the run.
  struct Rules {
    storage::Database& database;
    const MailFilters& filters;
    const DailyQuota& quota;
  };

  /// Everybody before `position` was handed out already.
  OpenRun(const Rules& rules, std::shared_ptr<const RunMailing> mailing, std::uint32_t position)
      : rules_(rules), mailing_(std::move(mailing)), position_(position) {}

  std::int64_t run_id() const { return mailing_->run_id(); }
  std::int64_t account_id() const { return mailing_->scope().account_id; }
  bool has_block() const { return block_.has_value(); }
  /// Where a run that is opened again goes on. Right while no block is loaded.
  std::uint32_t position() const { return position_; }

  /// Loads the next block, judges who of it may be mailed and lets as many through as the quota has left.
  /// Errors: the database's; what ends the run: "audience.block_missing", "audience.block_damaged", those of
  /// RunMailing::check but for a domain that is not verified (any more).
  Result<Loaded> load(std::int64_t now_ms);
  /// Letters of the loaded block until there are `full`, the block ends, or the quota must be asked again.
  void hand_out(std::size_t full, std::vector<messages::Draft>& letters);
  /// Puts the block away, at its end or before; the rest of it is loaded again. An Error is the database's:
  /// the block stays.
  Status close(std::int64_t now_ms);

  /// While its task is not to be mailed and the block could not be put away yet.
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
  // Of the loaded block; an index counts within its ledger.
  LedgerBlock ledger_;
  std::optional<audience::Block> block_;
  std::uint32_t index_ = 0;
  std::vector<Verdict> verdicts_;
  std::vector<LedgerEntry> skipped_;  // Malformed addresses, not on disk yet.
};

}  // namespace sesame::campaigns
