#include "storage/commit_writer.hpp"

#include <string>

#include "base/start_thread.hpp"
#include "base/thread_name.hpp"
#include "storage/errors.hpp"

namespace sesame::storage {
namespace {

constexpr Sql kBegin{"storage.begin", "BEGIN IMMEDIATE"};
constexpr Sql kCommit{"storage.commit", "COMMIT"};
constexpr Sql kRollback{"storage.rollback", "ROLLBACK"};
constexpr Sql kSavepoint{"storage.savepoint", "SAVEPOINT job"};
constexpr Sql kRelease{"storage.release", "RELEASE job"};
constexpr Sql kRollbackToSavepoint{"storage.rollback_job", "ROLLBACK TO job"};

std::string end_of(const Status& status) { return status ? "done" : std::string(status.error().reason()); }

}  // namespace

CommitWriter::CommitWriter(const SqliteOptions& options, ConnectionOptions connection, const Clock& clock,
                           Watch& watch)
    : options_(options),
      connection_options_(std::move(connection)),
      clock_(clock),
      watch_(watch),
      connection_(std::make_unique<Connection>(connection_options_)),
      queue_({.jobs_per_priority = options.max_queued_writes,
              .interactive_jobs_per_bulk_job = options.interactive_jobs_per_bulk_job}),
      thread_(start_thread([this] { work(); })) {}

CommitWriter::~CommitWriter() { stop(); }

void CommitWriter::stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void CommitWriter::submit(QueuedWrite write) {
  bool accepted = false;
  bool stopping = false;
  {
    MutexLock lock(mutex_);
    stopping = stopping_;
    accepted = !stopping && queue_.push(write);
  }
  if (accepted) return changed_.notify_one();
  if (!stopping) watch_.refused_as_overloaded();
  write.answer(Error(stopping ? errors::kStopped : errors::kOverloaded));
}

void CommitWriter::on_rollback(std::function<void()> forget) {
  MutexLock lock(mutex_);
  rollback_listeners_.push_back(std::move(forget));
}

void CommitWriter::on_changes(std::function<void(std::span<const std::uint64_t>)> listener) {
  MutexLock lock(mutex_);
  change_listeners_.push_back(std::move(listener));
}

void CommitWriter::work() {
  name_this_thread("writer");
  while (wait_for_work()) {
    run_window();
    if (checkpoint_due()) checkpoint_when_long();
  }
  refuse_waiting();
}

bool CommitWriter::wait_for_work() {
  MutexLock lock(mutex_);
  const auto something_to_do = [this]() SESAME_REQUIRES(mutex_) { return stopping_ || !queue_.empty(); };
  if (!log_is_folded_ && !changed_.wait_for(lock, options_.checkpoint_idle, something_to_do)) {
    lock.unlock();
    checkpoint_when_idle();
    lock.lock();
  }
  changed_.wait(lock, something_to_do);
  return !stopping_;
}

void CommitWriter::refuse_waiting() {
  MutexLock lock(mutex_);
  while (!queue_.empty()) {
    QueuedWrite write = queue_.pop();
    lock.unlock();
    write.answer(Error(errors::kStopped));
    lock.lock();
  }
}

void CommitWriter::run_window() {
  window_lost_.reset();
  std::optional<Error> failed = begin();
  if (failed) {
    if (std::optional<QueuedWrite> write = take(false))
      window_.push_back({std::move(write->answer), Done{}, {}});
  } else {
    run_jobs();
    failed = commit();
  }
  if (options_.on_commit) options_.on_commit({.jobs = window_.size(), .committed = !failed});
  settle_effects(!failed);
  answer(failed);
}

std::optional<Error> CommitWriter::begin() {
  if (sync_failed_) return Error(errors::kSyncLost).because("a sync failed earlier: restart the program");
  try {
    if (!connection_) connection_ = std::make_unique<Connection>(connection_options_);
    connection_->execute(kBegin);
    return std::nullopt;
  } catch (const Failure& failure) {
    note(failure);
    abandon_transaction();
    return failure.error();
  }
}

void CommitWriter::run_jobs() {
  const auto closes = clock_.steady_now() + options_.max_commit_window;
  bool has_interactive = false;
  do {
    std::optional<QueuedWrite> write = take(has_interactive);
    if (!write) return;
    has_interactive = has_interactive || write->priority == Priority::interactive;
    JobEffects effects;
    Status status = run_job(write->job, effects);
    if (!status) effects.undo();
    window_.push_back({std::move(write->answer), std::move(status), std::move(effects)});
  } while (!window_lost_ && window_.size() < options_.max_jobs_per_commit && clock_.steady_now() < closes);
}

std::optional<QueuedWrite> CommitWriter::take(bool window_has_interactive) {
  MutexLock lock(mutex_);
  const std::optional<Priority> next = queue_.next();
  if (!next || stopping_) return std::nullopt;
  // A bulk job is long: finished jobs are committed and answered first.
  if (*next == Priority::bulk && window_has_interactive) return std::nullopt;
  return queue_.pop();
}

Status CommitWriter::run_job(const Database::WriteJob& job, JobEffects& effects) {
  try {
    return options_.run_jobs_twice ? run_twice(job, effects) : run_in_savepoint(job, effects);
  } catch (const Failure& failure) {
    return undo_job(failure);
  } catch (const std::exception& bug) {
    return undo_job(Failure(Failure::Kind::other, "storage.job", bug.what()));
  }
}

Status CommitWriter::run_in_savepoint(const Database::WriteJob& job, JobEffects& effects,
                                      std::string_view expected_end) {
  connection_->execute(kSavepoint);
  Session session(*connection_, effects);
  Status status = job(session);
  if (!expected_end.empty() && end_of(status) != expected_end) {
    throw Failure(Failure::Kind::other, "storage.job",
                  "ended with " + std::string(expected_end) + " and, run again, with " + end_of(status));
  }
  if (!status) connection_->execute(kRollbackToSavepoint);
  connection_->execute(kRelease);
  return status;
}

/// See SqliteOptions::run_jobs_twice.
Status CommitWriter::run_twice(const Database::WriteJob& job, JobEffects& effects) {
  connection_->execute(kSavepoint);
  Session session(*connection_, effects);
  const Status first = job(session);
  connection_->execute(kRollbackToSavepoint);
  connection_->execute(kRelease);
  effects.undo();
  if (first) notify_rollback_listeners();
  return run_in_savepoint(job, effects, end_of(first));
}

Error CommitWriter::undo_job(const Failure& failure) {
  note(failure);
  notify_rollback_listeners();
  try {
    // After some failures (a full disk while pages spill) SQLite has rolled back everything by itself.
    if (!connection_->in_transaction()) {
      window_lost_ = failure;
    } else {
      connection_->execute(kRollbackToSavepoint);
      connection_->execute(kRelease);
    }
  } catch (const Failure& again) {
    note(again);
    window_lost_ = again;
  }
  return failure.error();
}

std::optional<Error> CommitWriter::commit() {
  try {
    if (window_lost_) throw *window_lost_;
    const auto begun = clock_.steady_now();
    connection_->execute(kCommit);
    watch_.committed(window_.size(), clock_.steady_now() - begun);
    log_is_folded_ = false;
    return std::nullopt;
  } catch (const Failure& failure) {
    note(failure);
    abandon_transaction();
    notify_rollback_listeners();
    return failure.error();
  }
}

void CommitWriter::abandon_transaction() {
  try {
    if (connection_ && connection_->in_transaction()) connection_->execute(kRollback);
  } catch (const Failure& failure) {
    note(failure);
    connection_.reset();
  }
}

void CommitWriter::settle_effects(bool committed) {
  if (committed) {
    notify_change_listeners();
    for (Finished& finished : window_) finished.effects.commit();
  } else {
    for (auto finished = window_.rbegin(); finished != window_.rend(); ++finished) finished->effects.undo();
  }
}

void CommitWriter::answer(const std::optional<Error>& failed) {
  for (Finished& finished : window_) {
    // A job that failed by itself keeps its own reason, which the failed commit does not change.
    if (failed && finished.status.ok()) finished.status = *failed;
    finished.answer(std::move(finished.status));
  }
  window_.clear();
}

void CommitWriter::note(const Failure& failure) {
  watch_.failed(failure);
  if (failure.durability_unknown()) sync_failed_ = true;
}

void CommitWriter::notify_rollback_listeners() {
  std::vector<std::function<void()>> listeners;
  {
    MutexLock lock(mutex_);
    listeners = rollback_listeners_;
  }
  for (const auto& forget : listeners) forget();
}

void CommitWriter::notify_change_listeners() {
  std::vector<std::uint64_t> keys;
  for (const Finished& finished : window_) {
    const std::span<const std::uint64_t> published = finished.effects.published();
    keys.insert(keys.end(), published.begin(), published.end());
  }
  if (keys.empty()) return;
  decltype(change_listeners_) listeners;
  {
    MutexLock lock(mutex_);
    listeners = change_listeners_;
  }
  for (const auto& listener : listeners) listener(keys);
}

}  // namespace sesame::storage
