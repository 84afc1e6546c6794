#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/thread_safety.hpp"
#include "storage/connection.hpp"
#include "storage/session.hpp"
#include "storage/sqlite_database.hpp"
#include "storage/watch.hpp"
#include "storage/write_queue.hpp"

namespace sesame::storage {

/// The database's one writer: a thread that runs waiting writes in commit windows.
///
/// A window is one transaction: the first job that waits, then all that wait or arrive while it is open,
/// until the queue is empty, a bound is reached, or a bulk job would make finished interactive ones wait.
/// Nothing is delayed to gather more: jobs gather by themselves while the last window syncs. Jobs are
/// answered after the commit. Thread: any, except work().
class CommitWriter {
 public:
  CommitWriter(const SqliteOptions& options, ConnectionOptions connection, const Clock& clock, Watch& watch);
  ~CommitWriter();  // stop()
  CommitWriter(const CommitWriter&) = delete;
  CommitWriter& operator=(const CommitWriter&) = delete;

  void submit(QueuedWrite write);
  /// Finishes the open window; jobs that still wait and later ones are answered errors::kStopped. May be
  /// called again. Thread: one, not the writer's.
  void stop();
  /// True after a failed sync: see Database::can_write().
  bool sync_failed() const { return sync_failed_; }
  void on_rollback(std::function<void()> forget);
  void on_changes(std::function<void(std::span<const std::uint64_t>)> listener);

 private:
  struct Finished {
    Database::Answer answer;
    Status status;
    JobEffects effects;
  };

  void work();
  bool wait_for_work();
  void refuse_waiting();

  void run_window();
  std::optional<Error> begin();
  void run_jobs();
  std::optional<QueuedWrite> take(bool window_has_interactive);
  Status run_job(const Database::WriteJob& job, JobEffects& effects);
  Status run_in_savepoint(const Database::WriteJob& job, JobEffects& effects,
                          std::string_view expected_end = {});
  Status run_twice(const Database::WriteJob& job, JobEffects& effects);
  Error undo_job(const Failure& failure);
  std::optional<Error> commit();
  void abandon_transaction();
  void settle_effects(bool committed);
  void answer(const std::optional<Error>& failed);
  void note(const Failure& failure);
  void notify_rollback_listeners();
  void notify_change_listeners();

  bool checkpoint_due();
  void checkpoint_when_long();
  void checkpoint_when_idle();
  void try_checkpoint(Connection::Checkpoint mode, std::chrono::milliseconds wait_for_readers);

  // Constant after construction.
  const SqliteOptions options_;
  const ConnectionOptions connection_options_;
  const Clock& clock_;
  Watch& watch_;

  // Only on the writer's thread. The connection is null after a rollback that failed; the next window opens
  // it.
  std::unique_ptr<Connection> connection_;
  std::vector<Finished> window_;
  std::optional<Failure> window_lost_;  // SQLite rolled the whole transaction back under a job.
  bool log_is_folded_ = true;
  std::size_t folded_at_bytes_ = 0;  // The log's size at the last checkpoint that its bound made due.

  Mutex mutex_;
  ConditionVariable changed_;
  WriteQueue queue_ SESAME_GUARDED_BY(mutex_);
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
  std::vector<std::function<void()>> rollback_listeners_ SESAME_GUARDED_BY(mutex_);
  std::vector<std::function<void(std::span<const std::uint64_t>)>> change_listeners_
      SESAME_GUARDED_BY(mutex_);

  // Set by the writer, never reset: see Failure::durability_unknown.
  std::atomic<bool> sync_failed_ = false;

  std::thread thread_;
};

}  // namespace sesame::storage
