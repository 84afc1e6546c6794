#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/roles.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// People who use the web console. Each belongs to one account. Job: read for functions of a Reader, write
/// for functions of a Writer.
namespace sesame::accounts {

inline constexpr std::size_t kUserNameBytesMax = 64;
inline constexpr std::size_t kPasswordBytesMin = 12;
inline constexpr std::size_t kPasswordBytesMax = 256;
/// Users of one account.
inline constexpr std::uint64_t kUsersMax = 1000;

struct User {
  std::int64_t id = 0;
  std::int64_t account_id = 0;
  std::string name;
  Role role = Role::reviewer;
  bool enabled = true;
  bool has_password = false;
  std::int64_t created_ms = 0;
  std::int64_t login_ms = 0;  // The last login; 0: none.
  bool has_second_factor = false;
  std::uint64_t recovery_codes = 0;  // That are left.
};

/// Checks the name of a user. Error: errors::kUserName: empty, too long, or other than ASCII letters, digits
/// and `. _ @ + -`. Pure. Thread: any.
Status check_user_name(std::string_view name);
/// Checks a password that somebody chose. Error: errors::kPasswordWeak (fact rule): too short, too long, one
/// that many people use, or made of the user's name. Pure. Thread: any.
Status check_password(std::string_view password, std::string_view user_name);

struct NewUser {
  std::int64_t account_id = 0;
  std::string name;
  Role role = Role::reviewer;
  std::string password_hash;  // Empty: only a link logs in.
};
/// Adds a user; returns its id. Errors: those of check_user_name, errors::kUserTaken (names of different case
/// are the same), errors::kTooManyUsers.
Result<std::int64_t> create_user(storage::Writer& writer, const NewUser& user, std::int64_t now_ms);

/// The user of that name, in any case. nullopt when there is none.
std::optional<User> find_user(storage::Reader& reader, std::string_view name);

/// nullopt when there is no such user.
std::optional<User> user_of(storage::Reader& reader, std::int64_t user_id);

/// A user with the hash that a login's password is compared with.
struct UserLogin {
  User user;
  std::string password_hash;
};
std::optional<UserLogin> find_login(storage::Reader& reader, std::string_view name);

struct UserPage {
  std::uint64_t total = 0;
  std::vector<User> users;  // Oldest first.
};
UserPage list_users(storage::Reader& reader, std::int64_t account_id, std::uint64_t offset,
                    std::uint64_t limit);
/// Whether the installation has an enabled owner.
bool has_owner(storage::Reader& reader);
/// The oldest enabled owner. nullopt when there is none.
std::optional<User> first_owner(storage::Reader& reader);
/// The first account, to which the first owner belongs. nullopt in an empty database.
std::optional<std::int64_t> first_account(storage::Reader& reader);

/// The changes of a user; what is absent stays as it is.
struct UserChanges {
  std::optional<Role> role;
  std::optional<bool> enabled;
  std::optional<std::string> password_hash;
};
/// Changes a user. A new role, a new password or the end of `enabled` ends all sessions of the user but the
/// one of `spared_digest`. Errors: errors::kUnknownUser; errors::kLastOwner: an enabled owner stays.
Status change_user(storage::Writer& writer, std::int64_t user_id, const UserChanges& changes,
                   std::string_view spared_digest = {});
/// Deletes a user with their sessions and links. Errors: those of change_user.
Status delete_user(storage::Writer& writer, std::int64_t user_id);
/// Takes password, second factor and sessions away: only a new link logs in. Error: errors::kUnknownUser.
Status reset_user(storage::Writer& writer, std::int64_t user_id);
void note_login(storage::Writer& writer, std::int64_t user_id, std::int64_t now_ms);

}  // namespace sesame::accounts
