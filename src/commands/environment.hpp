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

/// The settings from this command's flags, the environment and the file.
Result<server::Settings> load_settings(const ServeOptions& options);

/// SESAME_SECRET_ID and SESAME_SECRET_KEY, when both are set.
std::optional<accounts::KeyPair> given_credential();

}  // namespace sesame::commands
