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
#include "campaigns/passed_over.hpp"
#include "campaigns/run_mailings.hpp"
#include "campaigns/run_paces.hpp"
#include "campaigns/send_cache.hpp"
#include "campaigns/set_aside.hpp"
#include "messages/admission.hpp"
#include "messages/changes.hpp"
#include "messages/draft.hpp"
#include "messages/source.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Turns the open runs into drafts, block by block. Thread: feeder, but for notice().
///
/// Handed-out recipients are kept in memory only. Recipients that were handed out and have no outcome in the
/// ledger when the program ends are handed out again at the next start: so a run survives a crash. Memory:
/// one decoded block for each of at most kRunsAtOnce runs, the content of each run that is open or has
/// drafts, a number for each unfinished run, and one for each recipient that was set aside.
class Runner final : public messages::DraftSource, public messages::DraftMaker {
 public:
  static constexpr std::size_t kRunsAtOnce = 32;

  struct Rules {
    MailFilters filters;             // Decide which recipients are withheld.
    DailyQuota quota;                // Mails per sender domain and day.
    messages::Admission* admission;  // Outlives the runner; null: every destination has room.
  };

  /// All references outlive the runner.
  Runner(storage::Database& database, const ComposeContext& context, const messages::Changes& changes,
         Rules rules = {});
  ~Runner() override;

  /// Makes the next take() look for runs that were started, paused, resumed or stopped. Thread: any.
  void notice() { runs_may_differ_ = true; }

  /// Takes at most `room` drafts that were not handed out yet, in turns from the runs of tasks that are
  /// sending; beyond kRunsAtOnce runs, accounts and runs take turns, a block each. A run whose task has
  /// caps gives as many mails as its pace allows now (RunPace), and one whose account's delivery is paused
  /// gives none. Recipients that were taken back, or were
  /// set aside because their destination had no room, come first. Empty when there is nothing to do until
  /// the next notice(), or until a destination has room or a pace allows more. The filters judge
  /// recipients when they are handed out, and withheld ones get drafts that are withheld. When the day's
  /// quota is used up, the task waits. A run that can't be opened, or whose sender, template or group was
  /// deleted, is ended as failed with the reason. When the database fails, the remaining drafts stay for
  /// the next call. Also makes the waiting mail of tasks due that were resumed or stopped.
  std::vector<messages::Draft> take(std::size_t room) override;
  bool has_more() const override { return aside_.look_was_cut(); }

  /// The recipients who were passed over, by run, as of a second ago; never null. Thread: any.
  std::shared_ptr<const PassedOverRuns> passed_over() const { return passed_over_.get(); }

  /// Makes and judges one draft per message, for retries and single sends. A draft that can't be made any
  /// more (its group was deleted) has a compose() that returns the error; single sends are read when they are
  /// composed. Error: the database's, for all of them.
  Result<std::vector<messages::Draft>> drafts(std::span<const messages::DueMessage> due) override;
  Status judge(std::span<messages::Draft* const> drafts) override;
  void take_back(std::span<const accounts::MailId> ids) override;

 private:
  /// The unfinished runs in their order, and among them those whose task is sending.
  struct Unfinished {
    std::set<std::int64_t> all;
    std::map<std::int64_t, std::int64_t> sending;  // Run to account.
    RunRates rates;                                // The runs whose task has caps.
  };

  struct Waiting {
    std::int64_t run_id = 0;
    std::int64_t account_id = 0;
  };

  void find_runs();
  std::vector<Waiting> list_waiting(const Unfinished& unfinished) const;
  void take_in_turns(std::size_t room, std::vector<messages::Draft>& drafts);
  void take_set_aside(std::size_t room, std::vector<messages::Draft>& drafts);
  bool take_set_aside(std::int64_t run_id, std::size_t room, std::vector<messages::Draft>& drafts);
  bool wait_for_sender(std::int64_t run_id, const Error& error);
  void expedite_waiting();
  Result<Unfinished> list_unfinished();
  void put_paused_away(const Unfinished& unfinished);
  bool open_run(std::int64_t run_id);
  bool take_from(OpenRun& run, std::size_t room, std::vector<messages::Draft>& drafts);
  bool take_at_pace(OpenRun& run, std::size_t room, std::vector<messages::Draft>& drafts);
  bool give_up_turn(const OpenRun& run);
  bool is_paused(std::int64_t account_id) const;
  bool an_account_goes_on() const;
  bool may_begin_none(std::int64_t run_id, std::int64_t account_id);
  void fail_run(std::int64_t run_id, const Error& error);
  void record_failed();

  storage::Database& database_;
  const Clock& clock_;
  const messages::Changes& changes_;
  const Rules rules_;
  RunMailings mailings_;
  SendCache sends_;
  std::atomic<bool> runs_may_differ_ = true;
  PassedOverBoard passed_over_;
  // Used only on the feeder's thread.
  std::list<OpenRun> active_;
  RunPaces paces_;
  // More than kRunsAtOnce runs are sending: each mails one block per turn.
  bool others_wait_ = false;
  bool turn_over_ = false;  // A run was closed at the end of its turn.
  std::int64_t turn_ = 0;
  std::map<std::int64_t, std::int64_t> turns_;  // The turn in which a run was last closed.
  SetAside aside_;
  std::set<std::int64_t> paused_accounts_;  // With sending runs that are not open.
  std::set<std::int64_t> sending_;          // The unfinished runs whose task is sending.
  bool expedite_more_ = false;              // Mail is left to be made due.
  // Positions of unfinished runs that are not open.
  std::map<std::int64_t, std::uint32_t> positions_;
  std::map<std::int64_t, std::string> failed_;  // Runs whose failure is not recorded yet, with its text.
};

}  // namespace sesame::campaigns
