#pragma once

#include <span>
#include <string_view>

namespace sesame::console {

/// A file of the console's front end, compiled into the program (CMakeLists.txt of this room).
struct Asset {
  std::string_view path;  // Below web/dist: "index.html", "assets/main-5f3a.js".
  std::string_view type;  // The media type.
  std::string_view bytes;
  std::string_view brotli, gzip;  // The bytes compressed; empty: only as they are.
};

/// All files, by path; none when the program was built without a front end. Thread: any.
std::span<const Asset> assets();
/// The file at a path; nullptr when there is none. Thread: any.
const Asset* find_asset(std::string_view path);

}  // namespace sesame::console
