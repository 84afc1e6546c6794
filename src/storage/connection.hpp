#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "storage/database.hpp"
#include "storage/failure.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace sesame::storage {

struct ConnectionOptions {
  std::string path;
  std::string vfs;
  bool query_only = false;
  std::size_t cache_bytes = 2U << 20;
  /// The time a statement waits for a lock. Inside one process only checkpoints and recovery ever hold one.
  std::chrono::milliseconds busy_timeout{5000};
  const Clock* clock = nullptr;
  /// Called for statements that took longer than `slow_query`; may be empty.
  std::chrono::milliseconds slow_query{250};
  std::function<void(std::string_view name, std::chrono::milliseconds spent)> on_slow_query;
  /// Called when a statement that changes rows was given invalid UTF-8 or a NUL; may be empty.
  std::function<void(std::string_view name)> on_mended_text;
};

class Statement;

/// A connection to an SQLite file in WAL mode with full syncs, and the statements compiled on it. RAII over
/// sqlite3. Every failure is thrown as Failure with the statement's name. Thread: one.
class Connection {
 public:
  explicit Connection(ConnectionOptions options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// A compiled statement, from the cache when this Sql ran before and is not running now.
  Statement statement(const Sql& sql);
  /// Runs a statement that has neither parameters nor rows.
  void execute(const Sql& sql);
  /// Runs several statements in a row, uncached. `script` must end with a zero.
  void execute_script(std::string_view name, const char* script);

  bool in_transaction() const;
  std::int64_t changed_rows() const;
  std::int64_t last_inserted_id() const;
  /// Pages in the write-ahead log, as of the last commit on this connection.
  std::size_t wal_pages() const { return wal_pages_; }

  enum class Checkpoint : std::uint8_t { passive, restart, truncate };
  /// Copies the log into the file; restart and truncate also wait (busy_timeout) for readers, so that the log
  /// starts anew. False when a reader was in the way; a part is copied then.
  bool checkpoint(Checkpoint mode, std::chrono::milliseconds wait_for_readers);

 private:
  friend class Statement;
  struct Compiled {
    std::string_view name;
    std::string text;  // A copy: detects another text at the same address, when Sql::text was not a literal.
    sqlite3_stmt* handle = nullptr;
    bool running = false;
    bool cached = true;
  };

  void configure();
  std::unique_ptr<Compiled> compile(const Sql& sql);
  Compiled& cached(const Sql& sql);
  void drop_idle_statements();
  [[noreturn]] void fail(int code, std::string_view query) const;

  const ConnectionOptions options_;
  sqlite3* handle_ = nullptr;
  std::size_t wal_pages_ = 0;
  std::unordered_map<const char*, std::unique_ptr<Compiled>> statements_;
};

/// A compiled statement of a connection, returned to it (reset, parameters cleared) by the destructor.
class Statement {
 public:
  /// Whether parameters may be read until the statement is returned, or must be copied now.
  enum class Parameters : std::uint8_t { outlive_statement, copy };

  Statement(Connection& connection, Connection::Compiled* compiled)
      : connection_(&connection), compiled_(compiled) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(std::span<const Value> values, Parameters parameters);
  /// Advances to the next row; false when the statement has ended.
  bool step();

  int columns() const;
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  Blob blob(int column) const;
  bool is_null(int column) const;

 private:
  int bind_text(int position, std::string_view text, Parameters parameters);

  Connection* connection_;
  Connection::Compiled* compiled_;
  std::chrono::steady_clock::duration spent_{0};
};

}  // namespace sesame::storage
