#pragma once

#include <string>

#include "base/result.hpp"

namespace sesame::storage {

/// A file that has its name only when it is whole and on the disk. Until then it is PATH.partial, which the
/// destructor removes with SQLite's files beside it. Thread: one.
class DraftFile {
 public:
  /// Creates PATH.partial (mode 0600), or empties the one that a killed process has left. Errors:
  /// errors::kBackupWrite, errors::kBackupUnderWay.
  static Result<DraftFile> create(const std::string& path);
  DraftFile(DraftFile&& other) noexcept;
  DraftFile& operator=(DraftFile&&) = delete;
  ~DraftFile();

  const std::string& path() const { return draft_; }
  int descriptor() const { return file_; }
  /// Syncs the draft and gives it the name. False when another file has it and `replace` is false. Error:
  /// errors::kBackupWrite.
  Result<bool> publish(bool replace);
  /// errors::kBackupWrite about this file.
  Error failure(const std::string& problem) const;

 private:
  DraftFile(std::string path, int file) : path_(std::move(path)), draft_(path_ + ".partial"), file_(file) {}

  std::string path_;
  std::string draft_;
  int file_;
};

}  // namespace sesame::storage
