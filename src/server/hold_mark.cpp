#include "server/hold_mark.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/durable_file.hpp"
#include "server/errors.hpp"

namespace sesame::server {

namespace {

Error mark_error(const std::string& path, const std::string& problem) {
  return Error(errors::kHoldMark).with("path", path).with("problem", problem);
}

}  // namespace

std::string hold_mark_path(const std::string& database) { return database + ".held"; }

Status set_hold_mark(const std::string& database, const HoldMark& mark) {
  const std::string path = hold_mark_path(database);
  std::error_code fault = write_private_file(path, fmt::format("{} {}\n", mark.since_ms, mark.why));
  if (!fault) fault = give_to_owner_of_folder(path);
  if (fault) return mark_error(path, fault.message());
  return Done{};
}

std::optional<HoldMark> find_hold_mark(const std::string& database) {
  const std::string path = hold_mark_path(database);
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0 && errno == ENOENT) return std::nullopt;
  HoldMark mark;
  std::ifstream in(path);
  if (in >> mark.since_ms) {
    in.get();
    std::getline(in, mark.why);
  }
  constexpr std::int64_t kSecondMs = 1000;
  if (mark.since_ms <= 0) mark.since_ms = std::max<std::int64_t>(about.st_mtime * kSecondMs, 1);
  return mark;
}

Status remove_hold_mark(const std::string& database) {
  const std::string path = hold_mark_path(database);
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return Done{};
    return mark_error(path, std::strerror(errno));
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (const std::error_code fault = sync_path(folder.empty() ? "." : folder); fault)
    return mark_error(path, fault.message());
  return Done{};
}

}  // namespace sesame::server
