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

std::string explain_rules(const Error& error) {
  std::string text = "rules of classification, " + fact(error, "path");
  if (const std::string line = fact(error, "line"); line != "0") text += ", line " + line;
  if (const std::string rule = fact(error, "rule"); !rule.empty()) text += ", rule `" + rule + "`";
  return text + ": " + fact(error, "problem");
}

std::string explain_start(const Error& error) {
  const std::string_view reason = error.reason();
  if (reason == "settings.unknown") {
    return "there is no setting `" + fact(error, "key") + "` (" + fact(error, "origin") +
           "); did you mean `" + fact(error, "nearest") + "`? `sesame config` lists all";
  }
  if (reason == "settings.value") {
    return "setting `" + fact(error, "key") + "` (" + fact(error, "origin") + ") is `" +
           fact(error, "value") + "`; it must be " + fact(error, "rule");
  }
  if (reason == "settings.secret_flag") {
    return "setting `" + fact(error, "key") +
           "` is a secret, and every user of this machine can read command lines; write it into the settings "
           "file (--config) or the environment variable " +
           fact(error, "variable");
  }
  if (reason == "settings.file")
    return "settings file " + fact(error, "path") + ": " + fact(error, "problem");
  if (reason == "net.address_in_use") {
    const std::string key = fact(error, "key");
    return "the address of setting `" + key + "` is in use; stop the other program or choose another port" +
           (key == "listen" ? " with --listen" : "");
  }
  if (reason == "server.data_dir") {
    return "folder " + fact(error, "path") + " (setting `data_dir`): " + fact(error, "problem");
  }
  if (reason == "bounces.rules") return explain_rules(error);
  if (reason == "net.unresolved") {
    return "the host of setting `" + fact(error, "key") + "` is unknown: " + fact(error, "host");
  }
  if (reason == "accounts.bad_secret_id" || reason == "accounts.bad_secret_key") {
    const std::string name = reason == "accounts.bad_secret_id" ? "SESAME_SECRET_ID" : "SESAME_SECRET_KEY";
    return name + " must be printable ASCII without blanks, `,` and `/`, not empty and not too long";
  }
  return explain(error);
}

}  // namespace sesame::commands
