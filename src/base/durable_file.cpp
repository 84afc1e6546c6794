#include "base/durable_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace sesame {

namespace {

std::error_code last_fault() { return {errno, std::generic_category()}; }

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::error_code write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return last_fault();
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

std::error_code write_draft(std::string& draft, std::string_view content) {
  const int file = ::mkostemp(draft.data(), O_CLOEXEC);
  if (file < 0) return last_fault();
  std::error_code fault = ::fchmod(file, S_IRUSR | S_IWUSR) == 0 ? write_all(file, content) : last_fault();
  if (!fault && ::fsync(file) != 0) fault = last_fault();
  ::close(file);
  return fault;
}

}  // namespace

std::error_code sync_path(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return last_fault();
  const std::error_code fault = ::fsync(file) == 0 ? std::error_code() : last_fault();
  ::close(file);
  return fault;
}

std::error_code write_private_file(const std::string& path, std::string_view content) {
  std::string draft = path + ".XXXXXX";
  std::error_code fault = write_draft(draft, content);
  if (!fault && std::rename(draft.c_str(), path.c_str()) != 0) fault = last_fault();
  if (fault) {
    ::unlink(draft.c_str());
    return fault;
  }
  return sync_path(folder_of(path));
}

std::error_code give_to_owner_of_folder(const std::string& path) {
  if (::geteuid() != 0) return {};
  struct stat about {};
  if (::stat(folder_of(path).c_str(), &about) != 0) return last_fault();
  return ::lchown(path.c_str(), about.st_uid, about.st_gid) == 0 ? std::error_code() : last_fault();
}

}  // namespace sesame
