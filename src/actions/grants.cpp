#include "actions/grants.hpp"

#include <algorithm>

#include "accounts/accounts.hpp"
#include "cloudapi/description.hpp"
#include "cloudapi/errors.hpp"

namespace sesame::actions {

using cloudapi::Call;

Status check_manages_accounts(const Call& call) {
  if (call.caller->administers && call.caller->may_grant()) return Done{};
  return Error(cloudapi::errors::kNotAllowed);
}

Status check_may_grant(const Call& call) {
  if (call.caller->may_grant()) return Done{};
  return Error(cloudapi::errors::kNotAllowed);
}

std::string caller_name(const cloudapi::Call& call) {
  return call.session ? call.session->user : call.caller->secret_id;
}

Result<TargetAccount> TargetAccount::of(const Call& call) {
  TargetAccount target;
  target.own_id_ = call.scope.account_id;
  const std::optional<std::int64_t> named = Fields(call.parameters).maybe_number("AppId");
  if (!named || std::to_string(*named) == call.app_id) return target;
  if (Status allowed = check_manages_accounts(call); !allowed) return std::move(allowed).error();
  target.app_id_ = *named;
  return target;
}

Result<std::int64_t> TargetAccount::find(storage::Reader& reader) const {
  if (!app_id_) return own_id_;
  const Result<accounts::Account> account = accounts::find_account(reader, *app_id_);
  if (!account) return account.error();
  return account->id;
}

Result<accounts::Permissions> read_permissions(const Fields& fields) {
  const std::string_view kind = fields.maybe_text("Permission").value_or("all");
  std::vector<std::string> actions = fields.texts("Actions");
  if (kind != "list") {
    if (!actions.empty()) {
      return Error(cloudapi::errors::kValue)
          .with("name", "Actions")
          .with("value", actions[0])
          .with("rule", "needs_list");
    }
    return kind == "all" ? accounts::Permissions() : accounts::Permissions::read_only();
  }
  if (actions.empty()) return Error(cloudapi::errors::kMissing).with("name", "Actions");
  const auto& described = cloudapi::description().actions;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const auto found = std::ranges::find(described, actions[i], &cloudapi::ActionDescription::name);
    if (found != described.end()) continue;
    return Error(cloudapi::errors::kValue)
        .with("name", "Actions." + std::to_string(i))
        .with("value", actions[i])
        .with("rule", "described_action");
  }
  return accounts::Permissions::listed(std::move(actions));
}

}  // namespace sesame::actions
