#include "console/link_files.hpp"

#include <filesystem>
#include <fstream>
#include <utility>

#include "base/durable_file.hpp"
#include "base/hex.hpp"

namespace sesame::console {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMade = ".made";

std::string path_of(const std::string& folder, std::string_view digest) {
  return folder + "/" + encode_hex(digest);
}

std::optional<LinkFile> read_link(const std::string& path) {
  std::ifstream in(path);
  LinkFile link;
  if (!(in >> link.expires_ms)) return std::nullopt;
  in >> link.user;
  return link;
}

void delete_expired(const std::string& folder, std::int64_t now_ms) {
  std::error_code fault;
  for (fs::directory_iterator file(folder, fault), end; !fault && file != end; file.increment(fault)) {
    if (file->path().extension() == kMade) continue;
    const std::optional<LinkFile> link = read_link(file->path().string());
    std::error_code gone;
    if (!link || link->expires_ms <= now_ms) fs::remove(file->path(), gone);
  }
}

}  // namespace

std::string link_folder(const std::string& data_dir) { return data_dir + "/console-links"; }

std::error_code write_link_file(const std::string& folder, std::string_view digest, const LinkFile& link,
                                std::int64_t now_ms) {
  std::error_code fault;
  fs::create_directories(folder, fault);
  if (fault) return fault;
  fs::permissions(folder, fs::perms::owner_all, fault);
  if (fault) return fault;
  if (fault = give_to_owner_of_folder(folder); fault) return fault;
  delete_expired(folder, now_ms);
  const std::string path = path_of(folder, digest);
  // First what the audit log is to say: a link that works must not be without it.
  for (const auto& [name, time_ms] : {std::pair(path + kMade, now_ms), std::pair(path, link.expires_ms)}) {
    fault = write_private_file(name, std::to_string(time_ms) + " " + link.user + "\n");
    if (!fault) fault = give_to_owner_of_folder(name);
    if (fault) return fault;
  }
  return fault;
}

std::optional<LinkFile> find_link_file(const std::string& folder, std::string_view digest,
                                       std::int64_t now_ms) {
  std::optional<LinkFile> link = read_link(path_of(folder, digest));
  if (!link || link->expires_ms <= now_ms) return std::nullopt;
  return link;
}

std::vector<MadeLink> find_made_links(const std::string& folder, std::size_t max) {
  std::vector<MadeLink> made;
  std::error_code fault;
  for (fs::directory_iterator file(folder, fault), end; !fault && file != end && made.size() < max;
       file.increment(fault)) {
    if (file->path().extension() != kMade) continue;
    std::ifstream in(file->path());
    MadeLink link{.path = file->path().string()};
    // One that is being written is read the next time.
    if (!(in >> link.made_ms)) continue;
    in >> link.user;
    made.push_back(std::move(link));
  }
  return made;
}

void delete_link_file(const std::string& folder, std::string_view digest) {
  std::error_code fault;
  fs::remove(path_of(folder, digest), fault);  // One that stays is deleted when its time is over.
}

}  // namespace sesame::console
