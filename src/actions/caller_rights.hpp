#pragma once

#include <functional>
#include <string>

#include "accounts/keyring.hpp"
#include "cloudapi/call.hpp"
#include "storage/database.hpp"

namespace sesame::actions {

/// For work that goes on behind a call: whether who called may call the action still, a read, with their
/// credential or as a person of the console. False, too, when their account is disabled. `keyring` outlives
/// it. Job of the returned function: read; quick.
std::function<bool(storage::Reader&)> rights_of(const cloudapi::Call& call, const accounts::Keyring& keyring,
                                                std::string action);

}  // namespace sesame::actions
