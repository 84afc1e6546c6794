#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "audience/block.hpp"
#include "base/clock.hpp"
#include "campaigns/gatekeeper.hpp"
#include "campaigns/ledger.hpp"
#include "campaigns/outgoing.hpp"
#include "campaigns/run_mailing.hpp"
#include "campaigns/send_shelf.hpp"
#include "senders/signers.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Turns the open runs into letters, block by block. One thread uses it (the delivery's feeder); notice() is
/// for any.
///
/// Whom it has handed out it remembers in memory only. What was handed out and has no outcome in the ledger
/// when the program ends is handed out again by the next one: that is how a run survives a crash. Memory: a
/// decoded block for each of at most kRunsAtOnce runs.
class Runner {
 public:
  static constexpr std::size_t kRunsAtOnce = 32;

  /// Everything given outlives the runner.
  Runner(storage::Database& database, senders::SignerCache& signers, const Clock& clock, Gate gate = {});
  ~Runner();

  /// A run may have been started: look for it at the next take().
  void notice() { runs_may_be_new_ = true; }

  /// At most `room` letters that nobody was handed yet, taken from the open runs in turns. Empty: nothing to
  /// do until the next notice(). Recipients who are not to be mailed (the gate is asked when their block is
  /// loaded) get letters that are withheld. A run that can't be opened is ended as failed with the reason. If
  /// the database fails, the letters not yet taken stay for the next call.
  std::vector<OutgoingLetter> take(std::size_t room);

  /// One letter for each key, in their order: for retries and single sends. What can't be made any more (its
  /// group was deleted) gets a letter whose compose() answers why, and no addresses; single sends are read
  /// when they are composed and have none either. Error: the database's, for all of them.
  Result<std::vector<OutgoingLetter>> letters(std::span<const LetterKey> keys);

 private:
  struct ActiveRun;

  void find_runs();
  bool open_run(std::int64_t run_id);
  bool take_from(ActiveRun& run, std::size_t room, std::vector<OutgoingLetter>& letters);
  Result<bool> load_next_block(ActiveRun& run);
  Status record_skipped(ActiveRun& run);
  void fail_run(std::int64_t run_id, const Error& error);
  void record_failed();

  storage::Database& database_;
  senders::SignerCache& signers_;
  const Clock& clock_;
  const Gate gate_;
  SendShelf sends_;
  std::atomic<bool> runs_may_be_new_ = true;
  // Only on the feeder's thread.
  std::list<ActiveRun> active_;
  std::int64_t newest_run_id_ = 0;
  std::map<std::int64_t, std::string> failed_;  // Runs whose failure is not on disk yet, and why they failed.
};

}  // namespace sesame::campaigns
