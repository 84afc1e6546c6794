#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "storage/database.hpp"
#include "storage/failure.hpp"

namespace sesame::storage {

/// The content of one commit, for tests (the program's metrics are sesame_storage_...).
struct CommitReport {
  std::size_t jobs = 0;  // Jobs answered together, including those that failed by themselves.
  bool committed = false;
};

struct SqliteOptions {
  /// The database file; its folder must exist. Beside it lie PATH-wal, PATH-shm and PATH.lock.
  std::string path;
  std::size_t reader_threads = 2;
  std::size_t readers_here = 2;  // Connections for Database::read_here: one for each thread that calls it.

  /// Bounds of the queues; past them a job is answered errors::kOverloaded. Each priority has a bound of its
  /// own, so bulk work cannot crowd out interactive work.
  std::size_t max_queued_writes = 8192;
  std::size_t max_queued_reads = 8192;

  /// One commit takes at most `max_jobs_per_commit` jobs, and no further job after the window's longest time.
  std::size_t max_jobs_per_commit = 512;
  std::chrono::milliseconds max_commit_window{10};
  /// While bulk work waits, at most this number of interactive jobs run before a bulk job, which never
  /// starves.
  std::size_t interactive_jobs_per_bulk_job = 64;

  /// Page caches. SQLite never returns their memory, so they are the memory that the database costs.
  std::size_t writer_cache_bytes = 8U << 20;
  std::size_t reader_cache_bytes = 2U << 20;

  /// The write-ahead log is folded into the file when it has grown to `checkpoint_wal_bytes`, or after the
  /// idle time without a write. At twice the bound the writer waits (shortly) for readers, so that the log
  /// can start anew.
  std::size_t checkpoint_wal_bytes = 64U << 20;
  std::chrono::milliseconds checkpoint_idle{500};

  /// A statement that took longer is logged with its name.
  std::chrono::milliseconds slow_query{250};
  /// For tests: every write job is run, undone and run again. Costs twice the time and shows jobs that break
  /// the contract of Database; one whose two runs end differently is answered "storage.job_failed". Never on
  /// by itself.
  bool run_jobs_twice = false;
  /// The name of the SQLite file system; empty: the platform's. Tests put a faulty one here.
  std::string vfs;
  /// Called on the writer's thread after each commit, before the answers; may be empty. Must not throw.
  std::function<void(const CommitReport&)> on_commit;
};

/// Whether the environment asks for SqliteOptions::run_jobs_twice: SESAME_TEST_RUN_JOBS_TWICE=1. So that the
/// whole program and every test can run that way.
bool test_runs_jobs_twice();

/// Opens (creates) the database, applies the migrations and starts the writer and the readers.
/// Only one process at a time may have it open. `clock` must outlive the database.
/// Throws Failure with a text for the operator: no such folder, another process has it open, the file is not
/// a database or was written by a newer Sesame, the disk is full.
///
/// After a failed sync every later write is answered errors::kSyncLost until the program is started again;
/// reads go on. A full disk heals by itself: writes are answered errors::kFull until there is room.
/// Destroying it closes it.
std::unique_ptr<Database> open_sqlite(SqliteOptions options, const Clock& clock);

}  // namespace sesame::storage
