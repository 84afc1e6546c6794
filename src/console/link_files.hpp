#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

/// One-time links that the operator's command leaves in the data folder for a server that may be running:
/// who writes there owns the installation anyway. A file holds the user's name and the end of its time; its
/// name is the digest of the token. Thread: any; they read and write files.
namespace sesame::console {

struct LinkFile {
  std::string user;  // Empty: the link makes the first owner.
  std::int64_t expires_ms = 0;
};

/// A link that was made, and stands in no audit log yet.
struct MadeLink {
  std::string path;  // The file that says so, beside the link's; deleted when the log has it.
  std::string user;
  std::int64_t made_ms = 0;
};

/// The folder of the links in a data folder.
std::string link_folder(const std::string& data_dir);
/// Writes a link for its owner alone, says for the server that it was made, and deletes links whose time is
/// over.
std::error_code write_link_file(const std::string& folder, std::string_view digest, const LinkFile& link,
                                std::int64_t now_ms);
/// The link of that digest, if it is good. nullopt when there is none or its time is over.
std::optional<LinkFile> find_link_file(const std::string& folder, std::string_view digest,
                                       std::int64_t now_ms);
/// The links that the audit log does not know, used and expired ones too; at most `max`.
std::vector<MadeLink> find_made_links(const std::string& folder, std::size_t max);
/// Deletes a link that was used.
void delete_link_file(const std::string& folder, std::string_view digest);

}  // namespace sesame::console
