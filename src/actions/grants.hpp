#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "accounts/permissions.hpp"
#include "actions/fields.hpp"
#include "base/result.hpp"
#include "cloudapi/call.hpp"
#include "storage/database.hpp"

namespace sesame::actions {

/// The permissions of the actions of accounts and credentials. All refuse with cloudapi::errors::kNotAllowed.

/// Checks that the caller may manage every account: it belongs to the first one, with permission `all`.
Status check_manages_accounts(const cloudapi::Call& call);

/// Checks that the caller may make and revoke credentials of its own account.
Status check_may_grant(const cloudapi::Call& call);

/// The caller's name for people: that of the console's user, or the SecretId. Pure.
std::string caller_name(const cloudapi::Call& call);

/// The account that the field AppId names (the caller's own when it is absent), for use inside a job.
class TargetAccount {
 public:
  /// Rejects another account's AppId unless the caller manages accounts.
  static Result<TargetAccount> of(const cloudapi::Call& call);
  /// Its id. accounts::errors::kUnknown.
  Result<std::int64_t> find(storage::Reader& reader) const;

 private:
  std::int64_t own_id_ = 0;
  std::optional<std::int64_t> app_id_;  // Another's.
};

/// The fields Permission and Actions. cloudapi::errors::kMissing, cloudapi::errors::kValue (rules needs_list,
/// described_action).
Result<accounts::Permissions> read_permissions(const Fields& fields);

}  // namespace sesame::actions
