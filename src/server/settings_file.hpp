#pragma once

#include <map>
#include <string>

#include "base/result.hpp"

namespace sesame::server {

/// Reads a TOML file into "section.key" → text (a list becomes its items joined by commas).
/// Outcome settings.file: the file is missing, is not TOML (with line and column), or nests deeper than one
/// section.
Result<std::map<std::string, std::string>> read_settings_file(const std::string& path);

}  // namespace sesame::server
