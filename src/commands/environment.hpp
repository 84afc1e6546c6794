#pragma once

#include <optional>
#include <string>

#include "accounts/accounts.hpp"
#include "base/result.hpp"
#include "commands/commands.hpp"
#include "server/settings.hpp"

namespace sesame::commands {

/// A variable of the environment; nullopt when unset.
std::optional<std::string> environment(const std::string& name);

/// The path of the settings file: the first of --config, SESAME_CONFIG, ./sesame.toml,
/// /etc/sesame/sesame.toml; empty when there is none.
std::string settings_file(const ServeOptions& options);

/// The settings from this command's flags, the environment and settings_file(). Warns of variables that look
/// misspelt.
Result<server::Settings> load_settings(Context& context, const ServeOptions& options);

/// SESAME_SECRET_ID and SESAME_SECRET_KEY, when both are set. Errors: errors::kHalfCredential, those of
/// accounts::check_key_pair.
Result<std::optional<accounts::KeyPair>> given_credential();

}  // namespace sesame::commands
