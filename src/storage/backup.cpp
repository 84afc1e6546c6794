#include "storage/backup.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/durable_file.hpp"
#include "storage/draft_file.hpp"
#include "storage/errors.hpp"
#include "storage/migrations.hpp"

namespace sesame::storage {

namespace {

constexpr int kPagesAtOnce = 512;  // Four mebibytes: a signal is heard within moments.
constexpr std::size_t kBytesAtOnce = 1U << 20;
constexpr int kStepsBetweenSignals = 200'000;  // Steps of SQLite's machine, some milliseconds.
constexpr int kBusyMs = 5'000;

/// Why SQLite refused a step.
struct SqliteFault {
  std::string text;
  bool stopped = false;
};

/// A connection for a copy. Its functions throw SqliteFault.
class CopyConnection {
 public:
  CopyConnection(const std::string& name, int flags) {
    if (sqlite3_open_v2(name.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK) {
      const std::string text = sqlite3_errmsg(handle_);
      sqlite3_close_v2(handle_);
      throw SqliteFault{text};
    }
    sqlite3_busy_timeout(handle_, kBusyMs);
  }
  ~CopyConnection() { sqlite3_close_v2(handle_); }
  CopyConnection(const CopyConnection&) = delete;
  CopyConnection& operator=(const CopyConnection&) = delete;

  sqlite3* handle() const { return handle_; }
  void run(const char* script) { check(sqlite3_exec(handle_, script, nullptr, nullptr, nullptr)); }
  /// The first row of a query as text; empty without a row.
  std::vector<std::string> row(const char* query) {
    const auto statement = prepare(query);
    std::vector<std::string> columns;
    const int code = sqlite3_step(statement.get());
    if (code == SQLITE_ROW) {
      for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), i));
        columns.emplace_back(text != nullptr ? text : "");
      }
    } else if (code != SQLITE_DONE) {
      check(code);
    }
    return columns;
  }
  std::int64_t number(const char* query) {
    const std::vector<std::string> columns = row(query);
    return columns.empty() ? 0 : std::strtoll(columns.front().c_str(), nullptr, 10);
  }
  void insert(const char* query, const BackupNote& note) {
    const auto statement = prepare(query);
    sqlite3_bind_int64(statement.get(), 1, note.made_ms);
    sqlite3_bind_text(statement.get(), 2, note.program.c_str(), -1, SQLITE_STATIC);
    sqlite3_bind_text(statement.get(), 3, note.database.c_str(), -1, SQLITE_STATIC);
    if (sqlite3_step(statement.get()) != SQLITE_DONE) check(sqlite3_errcode(handle_));
  }
  /// Ends long statements when `goes_on` says so; it must outlive the connection.
  void end_when_stopped(const std::function<bool()>& goes_on) {
    sqlite3_progress_handler(
        handle_, kStepsBetweenSignals,
        [](void* asked) { return (*static_cast<const std::function<bool()>*>(asked))() ? 0 : 1; },
        const_cast<std::function<bool()>*>(&goes_on));
  }
  void check(int code) const {
    if (code != SQLITE_OK) throw SqliteFault{sqlite3_errmsg(handle_), code == SQLITE_INTERRUPT};
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;
  Prepared prepare(const char* query) const {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(handle_, query, -1, &statement, nullptr));
    return Prepared(statement);
  }

  sqlite3* handle_ = nullptr;
};

constexpr const char* kSchemaVersion = "SELECT max(version) FROM schema_version";
constexpr const char* kReadNote = "SELECT made_ms, program, source FROM backup_note";
constexpr const char* kMakeNote =
    "CREATE TABLE backup_note (made_ms INTEGER NOT NULL, program TEXT NOT NULL, source TEXT NOT NULL)";
constexpr const char* kAddNote = "INSERT INTO backup_note (made_ms, program, source) VALUES (?1, ?2, ?3)";

/// Copies all pages as the reading transaction of `source` sees them. False when `progress` ended it.
bool copy_pages(CopyConnection& source, CopyConnection& target, const CopyProgress& progress) {
  const auto page_bytes = static_cast<std::uint64_t>(source.number("PRAGMA page_size"));
  sqlite3_backup* copy = sqlite3_backup_init(target.handle(), "main", source.handle(), "main");
  if (copy == nullptr) target.check(sqlite3_errcode(target.handle()));
  int code = SQLITE_OK;
  bool goes_on = true;
  while (code == SQLITE_OK && goes_on) {
    code = sqlite3_backup_step(copy, kPagesAtOnce);
    const auto total = static_cast<std::uint64_t>(sqlite3_backup_pagecount(copy));
    const auto left = static_cast<std::uint64_t>(sqlite3_backup_remaining(copy));
    goes_on = progress((total - left) * page_bytes, total * page_bytes);
  }
  sqlite3_backup_finish(copy);
  if (code != SQLITE_OK && code != SQLITE_DONE) throw SqliteFault{sqlite3_errstr(code)};
  return code == SQLITE_DONE && goes_on;
}

/// Makes the copy a database of one file, without a log beside it, and adds the note.
void finish_copy(CopyConnection& copy, const BackupNote& note) {
  copy.run("PRAGMA journal_mode=DELETE");
  copy.run("PRAGMA journal_mode=MEMORY");
  copy.run("BEGIN");
  copy.run(kMakeNote);
  copy.insert(kAddNote, note);
  copy.run("COMMIT");
}

std::uint64_t size_of(const std::string& path) {
  std::error_code fault;
  const std::uintmax_t size = std::filesystem::file_size(path, fault);
  return fault ? 0 : size;
}

/// The name of a file for SQLite, which then takes it as it is: without locks, and without a log beside it.
std::string as_it_is(const std::string& path) {
  std::string name = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      constexpr std::string_view kDigits = "0123456789ABCDEF";
      name += '%';
      name += kDigits[static_cast<unsigned char>(c) >> 4];
      name += kDigits[static_cast<unsigned char>(c) & 15];
    } else {
      name += c;
    }
  }
  return name + "?immutable=1";
}

Error not_backup(const std::string& path, const std::string& problem) {
  return Error(errors::kNotBackup).with("path", path).with("problem", problem);
}

/// Reads the note and the version of a backup.
Result<BackupNote> read_note(const std::string& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) return not_backup(path, std::strerror(errno));
  BackupNote note{.made_ms = 0, .program = "", .database = "", .schema_version = 0, .bytes = size_of(path)};
  try {
    CopyConnection backup(as_it_is(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
    const std::vector<std::string> columns = backup.row(kReadNote);
    if (columns.size() != 3) return not_backup(path, "it ends before its note");
    note.made_ms = std::strtoll(columns[0].c_str(), nullptr, 10);
    note.program = columns[1];
    note.database = columns[2];
    note.schema_version = backup.number(kSchemaVersion);
    // SQLite fills up a last page that is too short.
    const std::int64_t bytes = backup.number("PRAGMA page_count") * backup.number("PRAGMA page_size");
    if (static_cast<std::uint64_t>(bytes) != note.bytes) return not_backup(path, "its end is missing");
  } catch (const SqliteFault& fault) {
    return not_backup(path, fault.text);
  }
  const std::int64_t known = embedded_migrations().back().version;
  if (note.schema_version > known) {
    return Error(errors::kBackupNewer)
        .with("path", path)
        .with("value", std::to_string(note.schema_version))
        .with("limit", std::to_string(known))
        .with("program", note.program);
  }
  return note;
}

/// Copies the bytes of `path` into the draft.
Status copy_bytes(const std::string& path, const DraftFile& draft, std::uint64_t total,
                  const CopyProgress& progress) {
  const int source = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (source < 0) return not_backup(path, std::strerror(errno));
  const std::unique_ptr<const int, void (*)(const int*)> closes(&source,
                                                                [](const int* file) { ::close(*file); });
  std::vector<char> bytes(kBytesAtOnce);
  std::uint64_t done = 0;
  while (true) {
    const ssize_t got = ::read(source, bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return not_backup(path, std::strerror(errno));
    if (got == 0) return Done{};
    for (ssize_t written = 0; written < got;) {
      const ssize_t now =
          ::write(draft.descriptor(), bytes.data() + written, static_cast<std::size_t>(got - written));
      if (now < 0 && errno == EINTR) continue;
      if (now < 0) return draft.failure(std::strerror(errno));
      written += now;
    }
    done += static_cast<std::uint64_t>(got);
    if (!progress(done, std::max(done, total))) return Error(errors::kCopyStopped);
  }
}

/// Checks every page of the copy and takes the note out of it.
Status check_copy(const std::string& file, const DraftFile& draft, const BackupNote& note,
                  const CopyProgress& progress) {
  const std::function<bool()> goes_on = [&] { return progress(note.bytes, note.bytes); };
  try {
    CopyConnection copy(draft.path(), SQLITE_OPEN_READWRITE);
    copy.end_when_stopped(goes_on);
    copy.run("PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF");
    const std::vector<std::string> found = copy.row("PRAGMA integrity_check(1)");
    if (found.empty() || found.front() != "ok")
      return not_backup(file, found.empty() ? "it cannot be checked" : "it is damaged: " + found.front());
    copy.run("DROP TABLE backup_note");
  } catch (const SqliteFault& fault) {
    return fault.stopped ? Error(errors::kCopyStopped) : not_backup(file, fault.text);
  }
  return Done{};
}

/// Whether a database, or the log of one, has the name.
bool is_taken(const std::string& database) {
  struct stat about {};
  return std::ranges::any_of(std::to_array<const char*>({"", "-wal", "-journal"}), [&](const char* suffix) {
    return ::lstat((database + suffix).c_str(), &about) == 0;
  });
}

/// Whether the backup's name is that of the database, of a file that belongs to it, or of one that is kept.
bool is_own_file(const BackupOrder& order) {
  struct stat file {};
  if (::lstat(order.file.c_str(), &file) != 0) return false;
  const auto is_same = [&file](const std::string& path) {
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 && about.st_dev == file.st_dev && about.st_ino == file.st_ino;
  };
  const auto suffixes = std::to_array<const char*>({"", "-wal", "-shm", "-journal"});
  return std::ranges::any_of(suffixes, [&](const char* each) { return is_same(order.database + each); }) ||
         std::ranges::any_of(order.kept, is_same);
}

}  // namespace

Result<BackupNote> back_up(const BackupOrder& order, const Clock& clock, const CopyProgress& progress) {
  const Error exists = Error(errors::kBackupExists).with("path", order.file);
  struct stat about {};
  if (is_own_file(order)) return Error(errors::kBackupOverSource).with("path", order.file);
  if (!order.replace && ::lstat(order.file.c_str(), &about) == 0) return exists;
  const auto source_fault = [&](const std::string& problem) {
    return Error(errors::kBackupSource).with("path", order.database).with("problem", problem);
  };
  if (::stat(order.database.c_str(), &about) != 0) return source_fault(std::strerror(errno));
  BackupNote note{
      .made_ms = 0, .program = order.program, .database = order.database, .schema_version = 0, .bytes = 0};
  try {
    CopyConnection source(order.database, SQLITE_OPEN_READONLY);
    source.run("BEGIN");
    note.schema_version = source.number(kSchemaVersion);  // The first read fixes the moment.
    note.made_ms = clock.now_ms();
    Result<DraftFile> draft = DraftFile::create(order.file);
    if (!draft) return std::move(draft).error();
    try {
      CopyConnection target(draft->path(), SQLITE_OPEN_READWRITE);
      // A copy that fails is thrown away, and one that is whole is synced as a whole.
      target.run("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE");
      if (!copy_pages(source, target, progress)) return Error(errors::kCopyStopped);
      finish_copy(target, note);
    } catch (const SqliteFault& fault) {
      return draft->failure(fault.text);
    }
    note.bytes = size_of(draft->path());
    const Result<bool> published = draft->publish(order.replace);
    if (!published) return published.error();
    if (!*published) return exists;
  } catch (const SqliteFault& fault) {
    return source_fault(fault.text);
  }
  return note;
}

Result<BackupNote> restore(const RestoreOrder& order, const CopyProgress& progress) {
  const Error exists = Error(errors::kDatabaseExists).with("path", order.database);
  if (is_taken(order.database)) return exists;
  Result<BackupNote> note = read_note(order.file);
  if (!note) return note;
  Result<DraftFile> draft = DraftFile::create(order.database);
  if (!draft) return std::move(draft).error();
  if (Status done = copy_bytes(order.file, *draft, note->bytes, progress); !done)
    return std::move(done).error();
  if (Status done = check_copy(order.file, *draft, *note, progress); !done) return std::move(done).error();
  if (const std::error_code fault = give_to_owner_of_folder(draft->path()); fault)
    return draft->failure(fault.message());
  if (Status done = order.prepare(*note); !done) return std::move(done).error();
  const Result<bool> published = draft->publish(false);
  if (!published) return published.error();
  if (!*published) return exists;
  return note;
}

}  // namespace sesame::storage
