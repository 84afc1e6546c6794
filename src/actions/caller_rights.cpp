#include "actions/caller_rights.hpp"

#include <utility>

#include "accounts/roles.hpp"
#include "accounts/users.hpp"

namespace sesame::actions {

std::function<bool(storage::Reader&)> rights_of(const cloudapi::Call& call, const accounts::Keyring& keyring,
                                                std::string action) {
  if (call.session) {
    return [&keyring, account_id = call.scope.account_id, user_id = call.session->user_id,
            action = std::move(action)](storage::Reader& reader) {
      const std::optional<accounts::User> user = accounts::user_of(reader, user_id);
      return user && user->enabled && keyring.is_enabled(account_id) &&
             accounts::role_permissions(user->role).allow(action, true);
    };
  }
  // A temporary credential is not in the keyring: it may what the one that issued it may.
  const auto& caller = call.caller->parent ? call.caller->parent : call.caller;
  return [&keyring, secret_id = caller->secret_id, action = std::move(action)](storage::Reader&) {
    const auto credential = keyring.find(secret_id);
    return credential && credential->enabled && credential->may_call(action, true);
  };
}

}  // namespace sesame::actions
