#include "storage/draft_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/durable_file.hpp"
#include "storage/errors.hpp"

namespace sesame::storage {

namespace {

/// Whether the open file is the one that has the name.
bool has_name(int file, const std::string& name) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(file, &opened) == 0 && ::lstat(name.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

/// 0, or errno; EEXIST when a file has the name that must not be replaced.
int give_name(const std::string& draft, const std::string& path, bool replace) {
  if (replace) return std::rename(draft.c_str(), path.c_str()) == 0 ? 0 : errno;
  if (::renameat2(AT_FDCWD, draft.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // A file system that cannot do it in one step: a second name fails where there is one.
  if (::link(draft.c_str(), path.c_str()) != 0) return errno;
  return ::unlink(draft.c_str()) == 0 ? 0 : errno;
}

}  // namespace

Result<DraftFile> DraftFile::create(const std::string& path) {
  DraftFile draft(path, -1);
  const int file = ::open(draft.draft_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (file < 0) {
    const int why = errno;
    draft.draft_.clear();
    return draft.failure(std::strerror(why));
  }
  // Before the lock, another program may have published the file under its own name.
  if (::flock(file, LOCK_EX | LOCK_NB) != 0 || !has_name(file, draft.draft_)) {
    ::close(file);
    draft.draft_.clear();
    return Error(errors::kBackupUnderWay).with("path", path);
  }
  draft.file_ = file;
  if (::fchmod(file, S_IRUSR | S_IWUSR) != 0 || ::ftruncate(file, 0) != 0)
    return draft.failure(std::strerror(errno));
  return draft;
}

DraftFile::DraftFile(DraftFile&& other) noexcept
    : path_(std::move(other.path_)),
      draft_(std::exchange(other.draft_, {})),
      file_(std::exchange(other.file_, -1)) {}

DraftFile::~DraftFile() {
  if (!draft_.empty()) {
    for (const char* suffix : {"", "-journal", "-wal", "-shm"}) ::unlink((draft_ + suffix).c_str());
  }
  if (file_ >= 0) ::close(file_);
}

Result<bool> DraftFile::publish(bool replace) {
  if (::fsync(file_) != 0) return failure(std::strerror(errno));
  const int fault = give_name(draft_, path_, replace);
  if (fault == EEXIST) return false;
  if (fault != 0) return failure(std::strerror(fault));
  draft_.clear();
  const std::string folder = std::filesystem::path(path_).parent_path().string();
  const std::error_code unsynced = sync_path(folder.empty() ? "." : folder);
  if (unsynced) return failure(unsynced.message());
  return true;
}

Error DraftFile::failure(const std::string& problem) const {
  return Error(errors::kBackupWrite).with("path", path_).with("problem", problem);
}

}  // namespace sesame::storage
