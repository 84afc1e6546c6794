#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sesame::storage {

/// A statement with a name: the name appears in the slow-query log, in metrics and in failures. Both
/// literals.
struct Sql {
  std::string_view name;
  std::string_view text;
};

using Blob = std::span<const std::byte>;

/// One bound parameter. Text and blobs are borrowed: they must outlive the call they are passed to.
class Value {
 public:
  enum class Kind : std::uint8_t { null, integer, text, blob };
  Value(std::nullptr_t) : kind_(Kind::null) {}
  template <std::integral T>
  Value(T number) : kind_(Kind::integer), integer_(static_cast<std::int64_t>(number)) {}
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
/// Error of reason errors::kFull or errors::kFailed. Domain code does not catch it. See storage/failure.hpp.
class Failure;

/// The rows of one query, read once from front to back. Text and blobs are valid until the next call of
/// next(). Columns count from 0; a NULL reads as 0 or as empty. The query runs with the first next(), so an
/// INSERT ... RETURNING without a call of next() changes nothing. Must not outlive its job.
/// Running the same Sql again while its Rows live works, but costs a second compilation of the statement.
class Rows {
 public:
  virtual ~Rows() = default;
  virtual bool next() = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual Blob blob(int column) const = 0;
  virtual bool is_null(int column) const = 0;
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

/// A Reader that may change the database. Exists only inside a write job. Thread: writer.
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
};

/// Interactive work goes before bulk; within a class the order is that of arrival.
enum class Priority : std::uint8_t { interactive, bulk };

/// The database: one writer with group commit, readers beside it. Thread: any.
///
/// Write jobs run one after the other on the writer's thread, each in a savepoint of its own. Waiting jobs
/// are committed together in one transaction and one sync; only then are they answered. A job that returns an
/// Error, or in which a Failure is thrown, is rolled back. An answer without error means: on disk.
class Database {
 public:
  using WriteJob = std::function<Status(Writer&)>;
  using ReadJob = std::function<Status(Reader&)>;
  /// Called once, from the writer's or a reader's thread, or, when the job is refused unrun
  /// (errors::kOverloaded, errors::kStopped), possibly from the caller's own inside write() or read(). Must
  /// be quick, must not throw.
  using Answer = std::function<void(Status)>;

  virtual ~Database() = default;

  /// Outcomes: done; the job's own Error; errors::kFull (no room on the disk), errors::kFailed (also for a
  /// job that threw), errors::kOverloaded (the queue is at its bound), errors::kStopped.
  virtual void write(Priority priority, WriteJob job, Answer answer) = 0;
  /// Runs on one of the reader threads in a snapshot that contains every write answered before this call.
  virtual void read(ReadJob job, Answer answer) = 0;
  /// Runs a read job on the caller's own thread, without a queue: for a few rows found by an index, which
  /// cost less than waking another thread. May block for a page from the disk. nullopt when every connection
  /// for such reads is busy; the job has not run then: use read().
  virtual std::optional<Status> read_here(const ReadJob& job) = 0;

  /// Registers a function for rollbacks that a job cannot see: of a failed commit, or of a job that a Failure
  /// ended (not of one that returned an Error). It is called before the answers and drops copies of tables in
  /// memory. Register before the first write; must not throw. Thread: writer.
  virtual void on_rollback(std::function<void()> forget) = 0;

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
