#pragma once

#include <set>
#include <string>

#include "accounts/audit_log.hpp"
#include "storage/database.hpp"

namespace sesame::console {

/// Writes the links that the operator's command made (link_files.hpp) into the audit log: the command runs
/// beside a server and cannot write there itself. An entry is on disk before the file that asks for it goes,
/// so a kill between them, or a restart while the file cannot be deleted, may write it twice, never not at
/// all. Its parts outlive it. Thread: one, which may wait for the database.
class LinkEntries {
 public:
  LinkEntries(storage::Database& database, const accounts::AuditLog& log, std::string folder)
      : database_(database), log_(log), folder_(std::move(folder)) {}

  /// Looks for new links. Call it every few seconds.
  void tick();

 private:
  storage::Database& database_;
  const accounts::AuditLog& log_;
  const std::string folder_;
  std::set<std::string> left_;  // Files whose entries are written, and which could not be deleted.
};

}  // namespace sesame::console
