#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

/// A backup: one consistent copy of a database in one file, made while another process writes the database;
/// and its way back. The file is an SQLite database with one table more, `backup_note`, which is written
/// last: a file that lacks it ended early. Thread: one, which may wait for the disk for a long time.
namespace sesame::storage {

/// The origin of a backup.
struct BackupNote {
  std::int64_t made_ms = 0;         // The moment of its content.
  std::string program;              // The version of the program that made it.
  std::string database;             // The path of the database it was made of.
  std::int64_t schema_version = 0;  // The newest migration in it.
  std::uint64_t bytes = 0;          // The size of the file.
};

/// Gets the part that is done, in bytes, and the whole; false ends the work.
using CopyProgress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

struct BackupOrder {
  std::string database;
  std::string file;
  std::string program;   // For the note.
  bool replace = false;  // Whether an existing file may be replaced; it stays until the backup is whole.
  std::vector<std::string> kept;  // Files beside the database that it never replaces, such as the master key.
};

/// Copies the database as it is at one moment: everything that was answered before the call is in it. The
/// file (mode 0600) has its name only when it is whole and synced; until then it is called FILE.partial,
/// which a later backup replaces. Readers and the writer of the database go on; its log grows meanwhile.
/// Errors: errors::kBackupOverSource, errors::kBackupExists, errors::kBackupSource, errors::kBackupWrite,
/// errors::kBackupUnderWay, errors::kCopyStopped.
Result<BackupNote> back_up(const BackupOrder& order, const Clock& clock, const CopyProgress& progress);

struct RestoreOrder {
  std::string file;
  std::string database;  // Its folder exists.
  /// Called when the copy is checked and before it becomes the database; an error leaves no database.
  std::function<Status(const BackupNote&)> prepare;
};

/// Makes a database of a backup: checks its note, its version and every page, and gives the copy its name
/// last, synced. The caller holds the lock of the database. When the caller is root, the database belongs to
/// the owner of its folder. Errors: errors::kDatabaseExists, errors::kNotBackup, errors::kBackupNewer,
/// errors::kBackupWrite, errors::kCopyStopped, those of `prepare`.
Result<BackupNote> restore(const RestoreOrder& order, const CopyProgress& progress);

}  // namespace sesame::storage
