#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "campaigns/compose_context.hpp"
#include "campaigns/daily_quota.hpp"
#include "campaigns/mail_filter.hpp"
#include "campaigns/open_run.hpp"
#include "campaigns/send_cache.hpp"
#include "messages/draft.hpp"
#include "messages/source.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Turns the open runs into letters, block by block. One thread uses it (the delivery's feeder); notice() is
/// for any.
///
/// Whom it has handed out it remembers in memory only. What was handed out and has no outcome in the ledger
/// when the program ends is handed out again by the next one: that is how a run survives a crash. Memory: a
/// decoded block for each of at most kRunsAtOnce runs, and a number for each run that has no end yet.
class Runner final : public messages::DraftSource, public messages::DraftMaker {
 public:
  static constexpr std::size_t kRunsAtOnce = 32;

  struct Rules {
    MailFilters filters;  // Who is not to be mailed.
    DailyQuota quota;     // How many may be, by sender domain.
  };

  /// Everything given outlives the runner.
  Runner(storage::Database& database, const ComposeContext& context, const Clock& clock, Rules rules = {});
  ~Runner() override;

  /// A run may have been started, paused, resumed or stopped: the next take() looks.
  void notice() { runs_may_differ_ = true; }

  /// At most `room` letters that nobody was handed yet, taken in turns from the runs of tasks that are
  /// sending; where those are more than kRunsAtOnce, accounts and runs take turns, a block each. Empty:
  /// nothing to do until the next notice(). Recipients who are not to be mailed (the filters is asked when
  /// their block is loaded) get letters that are withheld. When the day's quota is used up, the task waits. A
  /// run that can't be opened, or whose sender, template or group is gone, is ended as failed with the
  /// reason. If the database fails, the letters not yet taken stay for the next call.
  std::vector<messages::Draft> take(std::size_t room) override;

  /// One draft for each id, in their order: for retries and single sends. A draft that can't be made any more
  /// (its group was deleted) has a compose() that answers why, and no addresses; single sends are read when
  /// they are composed and have no addresses either. Error: the database's, for all of them.
  Result<std::vector<messages::Draft>> drafts(std::span<const accounts::MailId> ids) override;

 private:
  /// The runs that have no end yet, in their order, and those of them whose task is sending.
  struct Unfinished {
    std::set<std::int64_t> all;
    std::map<std::int64_t, std::int64_t> sending;  // And whose they are.
  };

  struct Waiting {
    std::int64_t run_id = 0;
    std::int64_t account_id = 0;
  };

  void find_runs();
  std::vector<Waiting> list_waiting(const Unfinished& unfinished) const;
  void take_in_turns(std::size_t room, std::vector<messages::Draft>& letters);
  Result<Unfinished> list_unfinished();
  void put_paused_away(const Unfinished& unfinished);
  bool open_run(std::int64_t run_id);
  bool take_from(OpenRun& run, std::size_t room, std::vector<messages::Draft>& letters);
  void fail_run(std::int64_t run_id, const Error& error);
  void record_failed();

  storage::Database& database_;
  const ComposeContext context_;
  const Clock& clock_;
  const Rules rules_;
  SendCache sends_;
  std::atomic<bool> runs_may_differ_ = true;
  // Only on the feeder's thread.
  std::list<OpenRun> active_;
  // More than kRunsAtOnce are to be mailed: each gets a block, then it's others' turn.
  bool others_wait_ = false;
  bool turn_over_ = false;  // A run was put away for that reason.
  std::int64_t turn_ = 0;
  std::map<std::int64_t, std::int64_t> turns_;  // When a run was put away last.
  // Of unfinished runs that are not active: where they go on.
  std::map<std::int64_t, std::uint32_t> positions_;
  std::map<std::int64_t, std::string> failed_;  // Runs whose failure is not on disk yet, and why they failed.
};

}  // namespace sesame::campaigns
