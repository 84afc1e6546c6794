#pragma once

#include <string>
#include <vector>

#include "accounts/users.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "server/settings.hpp"

/// Acts of the data folder's operator for the people of the console. Thread: one.
namespace sesame::server {

/// A user with the number of their account.
struct ShownUser {
  accounts::User user;
  std::string app_id;
};
/// The users of all accounts, by account; a server may use the folder. Errors: errors::kNoDatabase, those of
/// storage::read_beside.
Result<std::vector<ShownUser>> list_console_users(const Settings& settings, const Clock& clock);

/// An address that logs in once, within a quarter of an hour.
struct ConsoleLink {
  std::string url;
  std::string user;  // Empty: it makes the first owner.
};
/// Leaves a link for the user in the data folder; a server may use it. Without a name: of the oldest owner,
/// or the link that makes the first one. Errors: errors::kNoDatabase, errors::kConsoleOff,
/// errors::kLinkFile, accounts::errors::kUnknownUser, those of storage::read_beside.
Result<ConsoleLink> make_console_link(const Settings& settings, const Clock& clock, Random& random,
                                      const std::string& name);

/// Takes the user's password and sessions away, enables them, and makes a link. No server
/// may use the folder. Errors: errors::kNoDatabase, errors::kConsoleOff, accounts::errors::kUnknownUser,
/// those of StoreAssembly::open.
Result<ConsoleLink> reset_console_user(const Settings& settings, const Clock& clock, Random& random,
                                       const std::string& name);

}  // namespace sesame::server
