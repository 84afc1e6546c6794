#include "storage/sqlite_database.hpp"

#include <cstdlib>

#include "base/log.hpp"
#include "storage/commit_writer.hpp"
#include "storage/folder_lock.hpp"
#include "storage/migrations.hpp"
#include "storage/read_pool.hpp"
#include "storage/watch.hpp"

namespace sesame::storage {
namespace {

ConnectionOptions connection_options(const SqliteOptions& options, const Clock& clock, Watch& watch,
                                     bool query_only) {
  ConnectionOptions connection;
  connection.path = options.path;
  connection.vfs = options.vfs;
  connection.query_only = query_only;
  connection.cache_bytes = query_only ? options.reader_cache_bytes : options.writer_cache_bytes;
  connection.clock = &clock;
  connection.slow_query = options.slow_query;
  connection.on_slow_query = [&watch](std::string_view name, std::chrono::milliseconds spent) {
    watch.slow_query(name, spent);
  };
  connection.on_mended_text = [&watch](std::string_view name) { watch.mended_text(name); };
  return connection;
}

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const SqliteOptions& options, const Clock& clock)
      : lock_(options.path),
        migrated_(migrate_schema(options, clock)),
        writer_(options, connection_options(options, clock, watch_, false), clock, watch_),
        readers_({options.reader_threads, options.readers_here, options.max_queued_reads},
                 connection_options(options, clock, watch_, true), watch_) {}

  void write(Priority priority, WriteJob job, Answer answer) override {
    writer_.submit({priority, std::move(job), std::move(answer)});
  }
  void read(ReadJob job, Answer answer) override { readers_.submit(std::move(job), std::move(answer)); }
  std::optional<Status> read_here(const ReadJob& job) override { return readers_.run_here(job); }
  void close() override {
    readers_.stop();
    writer_.stop();
  }
  bool can_write() const override { return !writer_.sync_failed(); }
  void on_rollback(std::function<void()> forget) override { writer_.on_rollback(std::move(forget)); }
  void on_changes(std::function<void(std::span<const std::uint64_t>)> listener) override {
    writer_.on_changes(std::move(listener));
  }

 private:
  bool migrate_schema(const SqliteOptions& options, const Clock& clock) {
    Connection connection(connection_options(options, clock, watch_, false));
    migrate(connection, embedded_migrations(), clock);
    return true;
  }

  // In the order in which they depend on each other; destroyed in reverse.
  Watch watch_;
  const FolderLock lock_;
  const bool migrated_;
  CommitWriter writer_;
  ReadPool readers_;
};

}  // namespace

bool test_runs_jobs_twice() {
  const char* wish = std::getenv("SESAME_TEST_RUN_JOBS_TWICE");
  return wish != nullptr && std::string_view(wish) == "1";
}

std::unique_ptr<Database> open_sqlite(SqliteOptions options, const Clock& clock) {
  if (options.run_jobs_twice) log_warning("storage.jobs_run_twice", {{"why", "for tests"}});
  return std::make_unique<SqliteDatabase>(options, clock);
}

}  // namespace sesame::storage
