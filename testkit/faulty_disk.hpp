#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

struct sqlite3_file;

namespace sesame::testkit {

/// A disk that fails on demand: an SQLite file system over the real one, used by its name
/// (storage::SqliteOptions::vfs). Every database on it must be closed before its destruction. Thread: any.
class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  const std::string& name() const { return name_; }

  /// Writes find no room.
  void set_full(bool full) { full_ = full; }
  /// Writes fail with an I/O error.
  void set_write_errors(bool fail) { write_errors_ = fail; }
  /// Syncs fail, and the changes that they should have saved stay at risk.
  void set_sync_errors(bool fail) { sync_errors_ = fail; }
  std::size_t syncs() const { return syncs_; }

  /// Simulates a loss of power: every file goes back to its last sync, and everything fails from now on until
  /// restore_power(). Close the databases in between.
  void lose_power();
  void restore_power();

  // The functions that SQLite calls; each returns an SQLite code. `file` is the real one.
  int write(const std::string& path, sqlite3_file* file, const void* from, int bytes, std::int64_t offset);
  int truncate(const std::string& path, sqlite3_file* file, std::int64_t size);
  int sync(const std::string& path, sqlite3_file* file, int flags);
  bool has_power() const { return has_power_; }

  struct FileSystem;

 private:
  struct Unsynced {
    std::int64_t file_bytes;  // Before the change.
    std::int64_t offset;
    std::vector<char> old_bytes;
  };

  void remember(const std::string& path, sqlite3_file* file, std::int64_t offset, std::int64_t bytes);

  std::string name_;
  FileSystem* file_system_;
  std::atomic<bool> full_ = false;
  std::atomic<bool> write_errors_ = false;
  std::atomic<bool> sync_errors_ = false;
  std::atomic<bool> has_power_ = true;
  std::atomic<std::size_t> syncs_ = 0;

  // Held over each change of a file and over lose_power(): a change is remembered and made, or neither.
  std::mutex mutex_;
  std::map<std::string, std::vector<Unsynced>> unsynced_;  // Guarded by mutex_.
};

}  // namespace sesame::testkit
