#include "server/restore.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "accounts/secret_box.hpp"
#include "base/beijing_time.hpp"
#include "base/durable_file.hpp"
#include "base/secret.hpp"
#include "server/errors.hpp"
#include "server/hold_mark.hpp"
#include "server/options.hpp"
#include "server/server_settings.hpp"
#include "storage/errors.hpp"
#include "storage/failure.hpp"
#include "storage/folder_lock.hpp"

namespace sesame::server {

namespace {

Error key_error(const std::string& path, std::string problem) {
  return Error(errors::kMasterKey).with("path", path).with("problem", std::move(problem));
}

/// Reads the key that was named, before anything is written.
Result<Secret> read_key(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return key_error(path, std::strerror(errno));
  Secret key(std::string(std::istreambuf_iterator<char>(in), {}));
  if (key.reveal().size() != accounts::SecretBox::kKeyBytes)
    return key_error(
        path, fmt::format("it is not a master key, which has {} bytes", accounts::SecretBox::kKeyBytes));
  return key;
}

Status place_key(const std::string& path, const Secret& key) {
  std::error_code fault = write_private_file(path, key.reveal());
  if (!fault) fault = give_to_owner_of_folder(path);
  if (fault) return key_error(path, fault.message());
  return Done{};
}

/// Both locks of a server, for their time.
struct FolderLocks {
  FolderLocks(const std::string& key, const std::string& database) : of_key(key), of_database(database) {
    // A file of root's would keep the service from starting.
    for (const std::string& path : {key, database})
      static_cast<void>(give_to_owner_of_folder(path + ".lock"));
  }
  const storage::FolderLock of_key;
  const storage::FolderLock of_database;
};

}  // namespace

std::string master_key_path(const Settings& settings) {
  const std::filesystem::path folder(settings.get<ServerSettings>().data_dir);
  return std::filesystem::absolute(folder / "master.key").lexically_normal().string();
}

Result<RestoredFolder> restore_folder(const Settings& settings, const RestoreRequest& request,
                                      const Clock& clock, const storage::CopyProgress& progress) {
  umask(S_IRWXG | S_IRWXO);
  const std::string folder = settings.get<ServerSettings>().data_dir;
  Result<std::string> database = database_path(settings);
  if (!database) return std::move(database).error();
  RestoredFolder restored{.note = {}, .database = *database, .master_key = master_key_path(settings)};
  std::optional<Secret> key;
  if (!request.master_key.empty()) {
    Result<Secret> read = read_key(request.master_key);
    if (!read) return std::move(read).error();
    key = std::move(*read);
    // The same key may lie there: from an earlier restore that failed later.
    if (std::filesystem::exists(restored.master_key)) {
      const Result<Secret> present = read_key(restored.master_key);
      if (!present || present->reveal() != key->reveal())
        return key_error(restored.master_key, "there is another one already");
    }
  }
  std::error_code fault;
  std::filesystem::create_directories(folder, fault);
  if (fault) return Error(errors::kDataDir).with("path", folder).with("problem", fault.message());
  std::optional<FolderLocks> locks;
  try {
    locks.emplace(folder + "/master.key", *database);
  } catch (const storage::Failure& failure) {
    return Error(errors::kDatabase).with("problem", failure.what());
  }
  storage::RestoreOrder order{.file = request.file, .database = *database, .prepare = {}};
  order.prepare = [&](const storage::BackupNote& note) -> Status {
    const std::string why =
        fmt::format("restored from {} of {} Beijing time", request.file, format_beijing_time(note.made_ms));
    if (Status held = set_hold_mark(*database, {clock.now_ms(), why}); !held) return held;
    return key ? place_key(restored.master_key, *key) : Status(Done{});
  };
  Result<storage::BackupNote> note = storage::restore(order, progress);
  if (!note) return std::move(note).error();
  restored.note = std::move(*note);
  restored.has_key = std::filesystem::exists(restored.master_key);
  return restored;
}

}  // namespace sesame::server
