#include "server/settings_file.hpp"

#include <toml++/toml.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "server/errors.hpp"

namespace sesame::server {

namespace {

std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  return std::nullopt;
}

std::optional<FileValue> value_of(const toml::node& node) {
  using Type = FileValue::Type;
  const toml::array* list = node.as_array();
  if (list == nullptr) {
    std::optional<std::string> text = scalar_text(node);
    if (!text) return std::nullopt;
    const Type type = node.is_string() ? Type::text : node.is_boolean() ? Type::flag : Type::number;
    return FileValue{*std::move(text), type};
  }
  FileValue joined{"", Type::list};
  for (const toml::node& item : *list) {
    const std::optional<std::string> text = scalar_text(item);
    if (!text) return std::nullopt;
    joined.text += (joined.text.empty() ? "" : ",") + *text;
  }
  return joined;
}

Error file_error(const std::string& path, const std::string& what) {
  return Error(errors::kSettingsFile).with("path", path).with("problem", what);
}

}  // namespace

Result<std::map<std::string, FileValue>> read_settings_file(const std::string& path) {
  if (!std::filesystem::exists(path)) return file_error(path, "there is no such file");
  if (::access(path.c_str(), R_OK) != 0)
    return file_error(path, std::string(std::strerror(errno)) + "; root and the service's user may read it");
  std::map<std::string, FileValue> values;
  try {
    for (const toml::table document = toml::parse_file(path); const auto& [key, node] : document) {
      const std::string name(key.str());
      if (const toml::table* section = node.as_table()) {
        for (const auto& [inner, item] : *section) {
          std::optional<FileValue> value = value_of(item);
          const std::string full = name + "." + std::string(inner.str());
          if (!value)
            return file_error(path, full + " must be a text, a whole number, true, false or a list of them");
          values[full] = *std::move(value);
        }
        continue;
      }
      std::optional<FileValue> value = value_of(node);
      if (!value)
        return file_error(path, name + " must be a text, a whole number, true, false or a list of them");
      values[name] = *std::move(value);
    }
  } catch (const toml::parse_error& fault) {
    const auto& begin = fault.source().begin;
    return file_error(path, "line " + std::to_string(begin.line) + ", column " +
                                std::to_string(begin.column) + ": " + std::string(fault.description()));
  }
  return values;
}

}  // namespace sesame::server
