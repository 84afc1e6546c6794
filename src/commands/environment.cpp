#include "commands/environment.hpp"

#include <cstdlib>

namespace sesame::commands {

std::optional<std::string> environment(const std::string& name) {
  const char* text = std::getenv(name.c_str());
  if (text == nullptr) return std::nullopt;
  return std::string(text);
}

Result<server::Settings> load_settings(const ServeOptions& options) {
  server::Settings::Sources sources;
  sources.flags = options.flags;
  sources.environment = environment;
  sources.file = options.config_file;
  if (sources.file.empty()) sources.file = environment("SESAME_CONFIG").value_or("");
  return server::Settings::load(sources);
}

std::optional<accounts::KeyPair> given_credential() {
  const std::optional<std::string> id = environment("SESAME_SECRET_ID");
  const std::optional<std::string> key = environment("SESAME_SECRET_KEY");
  if (!id || !key) return std::nullopt;
  return accounts::KeyPair{*id, Secret(*key)};
}

}  // namespace sesame::commands
