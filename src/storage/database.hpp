#pragma once

#include <cassert>
#include <concepts>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.hpp"

namespace sesame::storage {

/// A statement with a name: the name appears in the slow-query log, in metrics and in failures. Both
/// literals.
struct Sql {
  std::string_view name;
  std::string_view text;
};

using Blob = std::span<const std::byte>;

/// One bound parameter; an enumerator is bound as its number. Text and blobs are borrowed: they must outlive
/// the call they are passed to.
///
/// Text is bound as valid UTF-8 without NUL (utf8::storable): not every database stores anything else. Text
/// that is only looked for may be anything, it is mended first. Stored text is mended where it comes in from
/// outside (utf8::mended_to_store), or is a blob. A statement that changes rows with other text is a
/// bug: it ends a Debug build; a Release build logs "storage.text_mended" with its name and mends the text.
class Value {
 public:
  enum class Kind : std::uint8_t { null, integer, text, blob };
  Value(std::nullptr_t) : kind_(Kind::null) {}
  template <std::integral T>
  Value(T number) : kind_(Kind::integer), integer_(static_cast<std::int64_t>(number)) {}
  template <class E>
  requires std::is_enum_v<E> Value(E one) : Value(static_cast<std::underlying_type_t<E>>(one)) {}
  Value(std::string_view text) : kind_(Kind::text), text_(text) {}
  Value(const std::string& text) : Value(std::string_view(text)) {}
  Value(const char* text) : Value(std::string_view(text)) {}
  Value(Blob blob) : kind_(Kind::blob), text_(reinterpret_cast<const char*>(blob.data()), blob.size()) {}
  template <class T>
  Value(const std::optional<T>& maybe) : Value(maybe ? Value(*maybe) : Value(nullptr)) {}

  Kind kind() const { return kind_; }
  std::int64_t integer() const { return integer_; }
  std::string_view bytes() const { return text_; }

 private:
  Kind kind_;
  std::int64_t integer_ = 0;
  std::string_view text_;
};

/// The database failed (not the caller): full disk, I/O error, corruption, a statement that does not compile.
/// Thrown by statements inside a job and caught in one place, the Database, which answers the job with an
/// Error of its kind. Domain code does not catch it. See storage/failure.hpp.
class Failure;

/// The rows of one query, read once from front to back, each from its first column to its last. Text and
/// blobs are valid until the next call of next(). A NULL reads as 0 or as empty. The query runs with the
/// first next(), so an INSERT ... RETURNING without a call of next() changes nothing. Must not outlive the
/// job it came from. Running the same Sql again while its Rows live works, but costs a second compilation of
/// the statement.
///
/// A row is read whole or not at all: leaving it after some of its columns ends a Debug build, so a column
/// that was added to the statement and not to its reader is noticed. skip() passes over columns on purpose.
/// Each call moves on to the next column: make the calls in statements of their own or inside braces, whose
/// order is fixed, never as the arguments of one function call, whose order is not.
class Rows {
 public:
  virtual ~Rows() { assert(row_is_whole() || std::uncaught_exceptions() > 0); }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  bool next() {
    assert(row_is_whole());
    column_ = 0;
    return step();
  }

  template <class T = std::int64_t>
  T next_integer() {
    return static_cast<T>(integer(column_++));
  }
  bool next_flag() { return integer(column_++) != 0; }
  std::string_view next_text() { return text(column_++); }
  Blob next_blob() { return blob(column_++); }
  template <class T = std::int64_t>
  std::optional<T> next_optional_integer() {
    const int column = column_++;
    if (is_null(column)) return std::nullopt;
    return static_cast<T>(integer(column));
  }
  std::optional<std::string> next_optional_text() {
    const int column = column_++;
    if (is_null(column)) return std::nullopt;
    return std::string(text(column));
  }
  void skip(int columns = 1) { column_ += columns; }
  void skip_rest() { column_ = columns_; }

 protected:
  Rows() = default;
  void set_columns(int columns) { columns_ = columns; }

 private:
  virtual bool step() = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual Blob blob(int column) const = 0;
  virtual bool is_null(int column) const = 0;
  bool row_is_whole() const { return column_ == 0 || column_ == columns_; }

  int columns_ = 0;
  int column_ = 0;
};

/// A consistent view of the database, for the length of one job, on one thread.
class Reader {
 public:
  virtual ~Reader() = default;

  /// Runs a query. Parameters are bound to ?1, ?2, ... in order, as many as the statement has. Compiled
  /// statements are kept by the address of Sql::text, so a literal costs nothing the second time.
  template <class... Args>
  std::unique_ptr<Rows> query(const Sql& sql, const Args&... args) {
    const Value values[] = {Value(args)..., Value(nullptr)};
    return query_values(sql, std::span(values, sizeof...(Args)));
  }
  virtual std::unique_ptr<Rows> query_values(const Sql& sql, std::span<const Value> values) = 0;
};

/// A Reader that may change the database. Exists only inside a write job, on the writer's thread.
///
/// A job changes state beside the tables (caches, counts, metrics) in after_commit(), or changes it at once,
/// for the jobs behind it, and takes it back in on_undo(). Both may be called several times, and then run
/// in the order of the calls, on_undo() in reverse. The functions run on the writer's thread before the job
/// is answered; they must be quick, must not throw and must not use the Writer.
class Writer : public Reader {
 public:
  /// Runs a statement; returns the number of changed rows.
  template <class... Args>
  std::int64_t run(const Sql& sql, const Args&... args) {
    const Value values[] = {Value(args)..., Value(nullptr)};
    return run_values(sql, std::span(values, sizeof...(Args)));
  }
  /// Runs an INSERT; returns the new row's integer key.
  template <class... Args>
  std::int64_t insert(const Sql& sql, const Args&... args) {
    run(sql, args...);
    return last_inserted_id();
  }
  virtual std::int64_t run_values(const Sql& sql, std::span<const Value> values) = 0;
  virtual std::int64_t last_inserted_id() const = 0;

  /// Runs `then` when the job's changes are on disk, in the order of the commits.
  virtual void after_commit(std::function<void()> then) = 0;
  /// Runs `undo` when the job's changes are undone: it returned an Error, it met a Failure, its commit
  /// failed, or it is run again.
  virtual void on_undo(std::function<void()> undo) = 0;

  /// Publishes keys of what the job changes, for parts of the program that remember since when something is
  /// as it is. The listeners of Database::on_changes() get them when the job's changes are on disk. The
  /// meaning of a key is its publisher's; 64 bits that another publisher does not use by accident.
  virtual void publish(std::vector<std::uint64_t> keys) = 0;
};

/// Interactive work goes before bulk; within a class the order is that of arrival.
enum class Priority : std::uint8_t { interactive, bulk };

/// The database: one writer with group commit, readers beside it. Thread: any.
///
/// Write jobs run one after the other on the writer's thread, each in a savepoint of its own. Waiting jobs
/// are committed together in one transaction and one sync; only then are they answered. A job that returns an
/// Error, or in which a Failure is thrown, is rolled back. An answer without error means: on disk.
///
/// A write job may run more than once before it is answered: each time what it wrote before is undone. So a
/// job does not use up what it was given, does not add to what its last run left behind in captured
/// variables, and changes nothing beside the tables except as Writer says. SqliteOptions::run_jobs_twice
/// proves it.
class Database {
 public:
  using WriteJob = std::function<Status(Writer&)>;
  using ReadJob = std::function<Status(Reader&)>;
  /// Called once, from the writer's or a reader's thread, or, when the job is refused unrun
  /// (errors::kOverloaded, errors::kStopped), possibly from the caller's own inside write() or read(). Must
  /// be quick, must not throw.
  using Answer = std::function<void(Status)>;

  virtual ~Database() = default;

  /// Outcomes: done; the job's own Error; errors::kFull (no room on the disk), errors::kFailed (another
  /// trouble with the files), errors::kCorrupt, errors::kJobFailed (the job threw), errors::kSyncLost,
  /// errors::kOverloaded (the queue is at its bound), errors::kStopped.
  virtual void write(Priority priority, WriteJob job, Answer answer) = 0;
  /// Runs on one of the reader threads in a snapshot that contains every write answered before this call.
  virtual void read(ReadJob job, Answer answer) = 0;
  /// Runs a read job on the caller's own thread, without a queue: for a few rows found by an index, which
  /// cost less than waking another thread. May block for a page from the disk. nullopt when every connection
  /// for such reads is busy; the job has not run then: use read().
  virtual std::optional<Status> read_here(const ReadJob& job) = 0;

  /// Finishes the running jobs; the waiting ones and all later ones are answered errors::kStopped, so the
  /// threads that still use the database may outlast it. May be called again. Thread: one; not inside a job.
  virtual void close() = 0;
  /// False after a failed sync: all writes are answered errors::kSyncLost until the program is restarted,
  /// reads go on.
  virtual bool can_write() const = 0;

  /// Registers a function for rollbacks that a job cannot see: of a failed commit, or of a job that a Failure
  /// ended or that is run again (not of one that returned an Error). It is called before the answers and
  /// drops copies of tables in memory. Register before the first write; must not throw. Thread: writer.
  virtual void on_rollback(std::function<void()> forget) = 0;

  /// Registers a function that gets the keys of Writer::publish(), in the order of the commits and before the
  /// job that published them is answered. Register before the first write; must be quick, must not throw. It
  /// runs on the writer's thread.
  virtual void on_changes(std::function<void(std::span<const std::uint64_t>)> listener) = 0;

  /// As write() and read(), but waits for the answer. Never on an event loop's thread or inside a job.
  Status write_and_wait(Priority priority, WriteJob job);
  Status read_and_wait(ReadJob job);

  /// As write_and_wait() and read_and_wait(), for a job that returns Result<T>.
  template <class T, class Job>
  Result<T> get(Job job) {
    std::optional<T> value;
    Status status = read_and_wait([&](Reader& reader) -> Status { return keep(value, job(reader)); });
    if (!status) return std::move(status).error();
    return std::move(*value);
  }
  template <class T, class Job>
  Result<T> change(Priority priority, Job job) {
    std::optional<T> value;
    Status status =
        write_and_wait(priority, [&](Writer& writer) -> Status { return keep(value, job(writer)); });
    if (!status) return std::move(status).error();
    return std::move(*value);
  }

 private:
  template <class T>
  static Status keep(std::optional<T>& slot, Result<T> result) {
    if (!result) return std::move(result).error();
    slot.emplace(std::move(result).value());
    return Done{};
  }
};

}  // namespace sesame::storage
