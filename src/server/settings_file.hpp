#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.hpp"

namespace sesame::server {

/// A value of a settings file.
struct FileValue {
  enum class Type : std::uint8_t { text, number, flag, list };

  std::string text;  // The items of a list are joined by commas.
  Type type = Type::text;
};

/// Reads a TOML file into "section.key" → value.
/// Outcome settings.file: the file is missing, is not TOML (with line and column), or nests deeper than one
/// section.
Result<std::map<std::string, FileValue>> read_settings_file(const std::string& path);

}  // namespace sesame::server
