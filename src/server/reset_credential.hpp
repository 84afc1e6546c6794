#pragma once

#include "accounts/credentials.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "server/settings.hpp"

namespace sesame::server {

/// Makes a new credential of the first account, which may do everything, in the data folder of the settings;
/// for the operator who has lost the others. They stay. No server may use the folder. Errors:
/// errors::kNoDatabase, those of StoreAssembly::open and accounts::add_administrator_credential.
Result<accounts::KeyPair> reset_credential(const Settings& settings, const Clock& clock, Random& random);

}  // namespace sesame::server
