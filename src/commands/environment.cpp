#include "commands/environment.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "commands/errors.hpp"

namespace sesame::commands {

namespace {

constexpr const char* kInstalledBelow = "/usr/";
constexpr const char* kInstalledData = "/var/lib/sesame";

std::vector<std::string> variable_names() {
  std::vector<std::string> names;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    const std::string_view entry = *each;
    names.emplace_back(entry.substr(0, entry.find('=')));
  }
  return names;
}

/// An installed program is started from any folder, so its data must not land there.
std::string default_data_dir() {
  std::error_code fault;
  const std::string program = std::filesystem::read_symlink("/proc/self/exe", fault).string();
  return !fault && program.starts_with(kInstalledBelow) ? kInstalledData : "";
}

}  // namespace

std::optional<std::string> environment(const std::string& name) {
  const char* text = std::getenv(name.c_str());
  if (text == nullptr) return std::nullopt;
  return std::string(text);
}

std::string settings_file(const ServeOptions& options) {
  if (!options.config_file.empty()) return options.config_file;
  if (std::optional<std::string> named = environment("SESAME_CONFIG"); named && !named->empty())
    return *named;
  for (const char* place : {"sesame.toml", "/etc/sesame/sesame.toml"}) {
    std::error_code fault;
    if (std::filesystem::is_regular_file(place, fault)) return std::filesystem::absolute(place).string();
  }
  return "";
}

Result<server::Settings> load_settings(Context& context, const ServeOptions& options) {
  server::Settings::Sources sources;
  sources.flags = options.flags;
  sources.environment = environment;
  sources.variables = variable_names();
  sources.file = settings_file(options);
  sources.data_dir = default_data_dir();
  Result<server::Settings> settings = server::Settings::load(sources);
  if (settings) {
    for (const std::string& warning : settings->warnings()) context.terminal.complain("warning: " + warning);
  }
  return settings;
}

Result<std::optional<accounts::KeyPair>> given_credential() {
  std::optional<std::string> id = environment("SESAME_SECRET_ID");
  std::optional<std::string> key = environment("SESAME_SECRET_KEY");
  if (!id && !key) return std::optional<accounts::KeyPair>();
  if (!id || !key) {
    return Error(errors::kHalfCredential)
        .with("value", id ? "SESAME_SECRET_ID" : "SESAME_SECRET_KEY")
        .with("missing", id ? "SESAME_SECRET_KEY" : "SESAME_SECRET_ID");
  }
  accounts::KeyPair pair{std::move(*id), Secret(std::move(*key))};
  if (Status checked = accounts::check_key_pair(pair); !checked) return std::move(checked).error();
  return std::optional<accounts::KeyPair>(std::move(pair));
}

}  // namespace sesame::commands
