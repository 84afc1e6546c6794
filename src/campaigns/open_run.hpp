#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "audience/block.hpp"
#include "campaigns/daily_quota.hpp"
#include "campaigns/ledger.hpp"
#include "campaigns/mail_filter.hpp"
#include "campaigns/run_mailing.hpp"
#include "campaigns/set_aside.hpp"
#include "messages/admission.hpp"
#include "messages/changes.hpp"
#include "messages/draft.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Whether the error says that a sender may not send for now: its domain may be verified, or created, again.
bool is_unverified(const Error& error);
/// Pauses a task until its sender domain is looked at again; the run continues then and mails no recipient
/// twice. Error: the database's.
Status wait_until_verified(storage::Database& database, std::int64_t task_id, std::int64_t now_ms,
                           const Error& error);

/// A run whose recipients are handed out block by block, judged a portion at a time; at most one decoded
/// block is in memory. Thread: one.
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
    const messages::Changes& changes;
    messages::Admission* admission;  // Null: every destination has room.
    SetAside& aside;
  };

  /// Recipients are judged in portions of at most `kJudgedTogether`, so that the lists are read, and the
  /// limits of the hour and the day are counted, about when their mail is handed out.
  static constexpr std::uint32_t kJudgedTogether = 2'000;

  /// `position`: the first ordinal that has not been handed out.
  OpenRun(const Rules& rules, std::shared_ptr<const RunMailing> mailing, std::uint32_t position)
      : rules_(rules), mailing_(std::move(mailing)), position_(position) {}

  std::int64_t run_id() const { return mailing_->run_id(); }
  std::int64_t account_id() const { return mailing_->scope().account_id; }
  bool has_block() const { return block_.has_value(); }
  /// The position for a later OpenRun of this run. Valid while no block is loaded.
  std::uint32_t position() const { return position_; }

  /// Loads the next block, or stays in the one that is open, judges the next recipients, and lets through as
  /// many as the quota has left. Errors: the database's; errors that end the run:
  /// audience::errors::kBlockMissing, audience::errors::kBlockDamaged, those of RunMailing::check except for
  /// an unverified domain. After an Error hand_out() gives out no recipient who was not judged.
  Result<Loaded> load(std::int64_t now_ms);
  /// Whether the judged recipients have all been handed out and the block has more.
  bool must_judge() const { return block_ && index_ == judged_end_ && index_ < ledger_.recipients; }
  /// Appends drafts of the loaded block until `drafts` has `full`, the judged recipients end, or the quota
  /// must be checked again. Recipients whose destination has no room are set aside. False when no more may be
  /// set aside now: the recipients that are left wait.
  bool hand_out(std::size_t full, std::int64_t now_ms, std::vector<messages::Draft>& drafts);
  /// Closes the block, at its end or earlier; a rest is loaded again later. On a database Error the block
  /// stays open.
  Status close(std::int64_t now_ms);

  /// Set while its task must not be mailed and the block could not be closed yet.
  bool closing = false;
  /// How many are judged in a portion; lower when they are handed out slowly.
  std::uint32_t judged_together = kJudgedTogether;

 private:
  std::uint32_t row_of(std::uint32_t at) const {
    return ledger_.first_ordinal + at - block_->first_ordinal();
  }
  bool is_mailable(std::uint32_t at) const {
    return row_of(at) < block_->size() && block_->valid(row_of(at));
  }
  std::optional<messages::Crowd> crowd_of(std::uint32_t at) const;
  messages::Draft draft(std::uint32_t at, std::int64_t now_ms) const;
  Result<bool> read_block(storage::Reader& reader, std::int64_t now_ms);
  void judge(storage::Reader& reader, std::int64_t now_ms);
  std::set<std::uint32_t> waiting_for_older_mail(storage::Reader& reader, std::uint32_t end) const;
  Result<bool> let_through(std::int64_t now_ms);

  const Rules rules_;
  const std::shared_ptr<const RunMailing> mailing_;
  std::uint32_t position_;
  // Index within the ledger of the loaded block.
  LedgerBlock ledger_;
  std::optional<audience::Block> block_;
  std::uint32_t index_ = 0;
  std::uint32_t judged_end_ = 0;  // Recipients before it are judged, from the lists as of number judged_.
  std::uint64_t judged_ = 0;
  std::vector<Verdict> verdicts_;
  std::vector<LedgerEntry> skipped_;  // Malformed addresses, not recorded yet.
};

}  // namespace sesame::campaigns
