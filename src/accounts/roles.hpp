#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "accounts/permissions.hpp"

namespace sesame::accounts {

/// The rights of a person in the console. Stored as its number, which never changes.
enum class Role : std::uint8_t { owner = 1, admin = 2, operating = 3, sender = 4, analyst = 5, reviewer = 6 };

/// "owner", "admin", "operator", "sender", "analyst", "reviewer".
std::string_view role_name(Role role);
/// nullopt for any other word. Pure. Thread: any.
std::optional<Role> role_named(std::string_view word);

/// The actions of a role as patterns, in the form of Permissions::matching(). Pure. Thread: any.
std::span<const std::string_view> role_actions(Role role);
/// The same as permissions. Made once a role. Thread: any.
const Permissions& role_permissions(Role role);
/// Whether the role sees the addresses of recipients as they are, or masked.
constexpr bool sees_addresses(Role role) { return role != Role::analyst && role != Role::reviewer; }
/// Whether a person of this role may make, change and delete users of the other. Owners manage everybody,
/// admins everybody but owners.
constexpr bool manages(Role manager, Role other) {
  return manager == Role::owner || (manager == Role::admin && other != Role::owner);
}

}  // namespace sesame::accounts
