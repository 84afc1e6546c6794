#include "storage/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "storage/failure.hpp"

namespace sesame::storage {
namespace {

std::string read_holder(int file) {
  char text[32] = {};
  const ssize_t length = pread(file, text, sizeof(text) - 1, 0);
  return length > 0 ? std::string(text, static_cast<std::size_t>(length)) : std::string("unknown");
}

[[noreturn]] void fail(const std::string& why) { throw Failure(Failure::Kind::other, "storage.lock", why); }

}  // namespace

FolderLock::FolderLock(const std::string& database_path) {
  const std::string path = database_path + ".lock";
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file_ < 0) {
    const int why = errno;
    fail("can't make " + path + ": " + std::strerror(why) +
         (why == EROFS ? "; a systemd unit may write there when ReadWritePaths= names the folder" : "") +
         (why == EACCES ? "; the folder must belong to the user that runs the program" : ""));
  }
  if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
    const std::string holder = read_holder(file_);
    close(file_);
    fail(database_path + " is already open in another Sesame (process " + holder + ", " + path +
         "): only one may use a data folder; stop the other one first (a service: systemctl stop sesame)");
  }
  // The process id only improves the message above: a full disk must not keep the program from starting.
  const std::string own = std::to_string(getpid());
  if (ftruncate(file_, 0) == 0) static_cast<void>(!pwrite(file_, own.data(), own.size(), 0));
}

FolderLock::~FolderLock() { close(file_); }

}  // namespace sesame::storage
