#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "server/settings.hpp"
#include "storage/backup.hpp"

namespace sesame::server {

struct RestoreRequest {
  std::string file;
  std::string master_key;  // A file to be copied into the data folder; empty: none.
};

struct RestoredFolder {
  storage::BackupNote note;
  std::string database;
  std::string master_key;  // Where it belongs.
  bool has_key = false;
};

/// The path of the master key.
std::string master_key_path(const Settings& settings);

/// Makes the data folder of the settings from a backup, held (hold_mark.hpp): a crash leaves no database, or
/// one that is held. No server may use the folder. Errors: errors::kDataDir, errors::kSettingValue,
/// errors::kDatabase (another process uses it), errors::kMasterKey, errors::kHoldMark, those of
/// storage::restore.
Result<RestoredFolder> restore_folder(const Settings& settings, const RestoreRequest& request,
                                      const Clock& clock, const storage::CopyProgress& progress);

}  // namespace sesame::server
