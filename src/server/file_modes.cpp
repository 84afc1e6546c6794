#include "server/file_modes.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <set>

#include "base/log.hpp"
#include "server/options.hpp"

namespace sesame::server {

namespace {

constexpr std::string_view kFileOrigin = "file ";

void add_if_exposed(std::vector<ExposedFile>& found, const std::string& path, unsigned wanted) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) return;
  const unsigned mode = about.st_mode & 0777;
  if ((mode & ~wanted) != 0) found.push_back({path, mode, wanted});
}

}  // namespace

std::vector<ExposedFile> exposed_files(const Settings& settings) {
  std::vector<ExposedFile> found;
  if (const Result<std::string> database = database_path(settings)) {
    for (const char* suffix : {"", "-wal"}) add_if_exposed(found, *database + suffix, 0700);
  }
  std::set<std::string> with_secrets;
  for (const SettingRule& rule : setting_rules()) {
    const Settings::Entry& entry = settings.entry(rule.key);
    if (rule.secret && !entry.text.empty() && entry.origin.starts_with(kFileOrigin))
      with_secrets.insert(entry.origin.substr(kFileOrigin.size()));
  }
  // The group may read it: under systemd the file is root's, and the group that of the program's user.
  for (const std::string& path : with_secrets) add_if_exposed(found, path, 0750);
  return found;
}

void warn_of_exposed_files(const Settings& settings) {
  for (const ExposedFile& file : exposed_files(settings)) {
    log_warning("server.file_exposed", {{"path", file.path},
                                        {"mode", fmt::format("{:o}", file.mode)},
                                        {"remedy", fmt::format("chmod {:o}", file.mode & file.wanted)}});
  }
}

}  // namespace sesame::server
