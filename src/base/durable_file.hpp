#pragma once

#include <string>
#include <string_view>
#include <system_error>

/// Files that are whole and on the disk as soon as they have their name. Thread: any.
namespace sesame {

/// Syncs a file or a folder that exists.
std::error_code sync_path(const std::string& path);

/// Writes a file for its owner alone (mode 0600), in place of one that has the name. A crash leaves the old
/// file or the new one, never a half.
std::error_code write_private_file(const std::string& path, std::string_view content);

/// Root works for the user who owns the folder of a file: gives the file to that user. Nothing for others.
std::error_code give_to_owner_of_folder(const std::string& path);

}  // namespace sesame
