#pragma once

#include <string>

namespace sesame::storage {

/// The exclusive right of this process to a database file, held through the file PATH.lock until destroyed
/// (or until the process ends, however it ends). SQLite itself would let two processes in, and each would
/// believe its memory to be the truth.
class FolderLock {
 public:
  /// Throws Failure: another process holds it (the text names its id), or the lock file can't be made.
  explicit FolderLock(const std::string& database_path);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace sesame::storage
