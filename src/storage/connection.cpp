#include "storage/connection.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <mutex>

namespace sesame::storage {
namespace {

// Compiled statements per connection. The program has some hundreds of named ones; a text built at run time
// must not make their number grow without bound.
constexpr std::size_t kMaxCompiledStatements = 512;

void prepare_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    // Each connection has one thread: no mutex per connection, and no global one around malloc for
    // statistics.
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    // SQLITE_CONFIG_STMTJRNL_SPILL stays at its 64 KiB: from 128 KiB on, the one write that moves the journal
    // into a file is cut short (os_unix.c, seekAndWriteFd) and a large job meets a disk that is not full.
    sqlite3_initialize();
  });
}

Failure::Kind kind_of(int code, int system_errno) {
  // A quota is a full disk too, but SQLite only knows ENOSPC; the shared memory file grows by writing to it.
  if (system_errno == ENOSPC || system_errno == EDQUOT || code == SQLITE_IOERR_SHMSIZE)
    return Failure::Kind::full;
  switch (code & 0xff) {
    case SQLITE_FULL:
      return Failure::Kind::full;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_BUSY:
    case SQLITE_NOMEM:
      return Failure::Kind::io;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Failure::Kind::corrupt;
    default:
      return Failure::Kind::other;
  }
}

bool is_failed_sync(int code) { return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC; }

Failure failure_of(sqlite3* handle, int code, std::string_view query) {
  const int primary = code & 0xff;
  const bool from_system = primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN;
  const int system_errno = handle != nullptr && from_system ? sqlite3_system_errno(handle) : 0;
  std::string detail = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  detail.append(" (").append(std::to_string(code));
  if (system_errno != 0) detail.append(", errno ").append(std::to_string(system_errno));
  detail.append(")");
  if (is_failed_sync(code)) return Failure(Failure::Kind::io, query, detail).with_durability_unknown();
  return Failure(kind_of(code, system_errno), query, detail);
}

}  // namespace

Connection::Connection(ConnectionOptions options) : options_(std::move(options)) {
  prepare_library();
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const char* vfs = options_.vfs.empty() ? nullptr : options_.vfs.c_str();
  const int code = sqlite3_open_v2(options_.path.c_str(), &handle_, flags, vfs);
  try {
    if (code != SQLITE_OK) fail(code, "storage.open");
    configure();
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

Connection::~Connection() {
  for (auto& [text, compiled] : statements_) sqlite3_finalize(compiled->handle);
  sqlite3_close_v2(handle_);
}

void Connection::configure() {
  sqlite3_busy_timeout(handle_, static_cast<int>(options_.busy_timeout.count()));
  // page_size counts only for a new file. Checkpoints are the writer's own business, hence no automatic ones.
  // Deleted content is overwritten where that costs no extra page (Debian's default would write those too).
  // A log that starts anew keeps its space: overwriting is cheaper to sync than growing. An idle store gives
  // it back. No memory mapping: an I/O error on a mapped page is a SIGBUS, and mapped pages count as the
  // program's memory.
  std::string script =
      "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
      "PRAGMA foreign_keys=ON; PRAGMA secure_delete=FAST; PRAGMA mmap_size=0; PRAGMA "
      "journal_size_limit=67108864;";
  script.append("PRAGMA cache_size=-").append(std::to_string(options_.cache_bytes / 1024)).append(";");
  if (options_.query_only) script.append("PRAGMA query_only=ON;");
  execute_script("storage.configure", script.c_str());
  sqlite3_wal_hook(
      handle_,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Connection*>(self)->wal_pages_ = static_cast<std::size_t>(pages);
        return SQLITE_OK;
      },
      this);
}

void Connection::execute_script(std::string_view name, const char* script) {
  const int code = sqlite3_exec(handle_, script, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, name);
}

void Connection::execute(const Sql& sql) { statement(sql).step(); }

Statement Connection::statement(const Sql& sql) {
  Compiled& kept = cached(sql);
  if (!kept.running) {
    kept.running = true;
    return Statement(*this, &kept);
  }
  std::unique_ptr<Compiled> spare = compile(sql);
  spare->cached = false;
  return Statement(*this, spare.release());
}

Connection::Compiled& Connection::cached(const Sql& sql) {
  const auto found = statements_.find(sql.text.data());
  if (found != statements_.end()) {
    Compiled& compiled = *found->second;
    if (compiled.text == sql.text || compiled.running) return compiled;
    sqlite3_finalize(compiled.handle);
    statements_.erase(found);
  }
  if (statements_.size() >= kMaxCompiledStatements) drop_idle_statements();
  return *(statements_[sql.text.data()] = compile(sql));
}

void Connection::drop_idle_statements() {
  std::erase_if(statements_, [](const auto& entry) {
    if (entry.second->running) return false;
    sqlite3_finalize(entry.second->handle);
    return true;
  });
}

std::unique_ptr<Connection::Compiled> Connection::compile(const Sql& sql) {
  auto compiled = std::make_unique<Compiled>();
  compiled->name = sql.name;
  compiled->text = sql.text;
  const char* rest = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_, compiled->text.c_str(), static_cast<int>(compiled->text.size()) + 1,
                         SQLITE_PREPARE_PERSISTENT, &compiled->handle, &rest);
  if (code != SQLITE_OK) fail(code, sql.name);
  if (std::string_view(rest).find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    sqlite3_finalize(compiled->handle);
    throw Failure(Failure::Kind::other, sql.name, "more than one statement");
  }
  return compiled;
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
std::int64_t Connection::changed_rows() const { return sqlite3_changes64(handle_); }
std::int64_t Connection::last_inserted_id() const { return sqlite3_last_insert_rowid(handle_); }

bool Connection::checkpoint(Checkpoint mode, std::chrono::milliseconds wait_for_readers) {
  constexpr int kModes[] = {SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_RESTART, SQLITE_CHECKPOINT_TRUNCATE};
  sqlite3_busy_timeout(handle_, static_cast<int>(wait_for_readers.count()));
  int pages = 0;
  int copied = 0;
  const int code =
      sqlite3_wal_checkpoint_v2(handle_, nullptr, kModes[static_cast<std::size_t>(mode)], &pages, &copied);
  sqlite3_busy_timeout(handle_, static_cast<int>(options_.busy_timeout.count()));
  if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) fail(code, "storage.checkpoint");
  return code == SQLITE_OK && copied == pages;
}

void Connection::fail(int code, std::string_view query) const { throw failure_of(handle_, code, query); }

}  // namespace sesame::storage
