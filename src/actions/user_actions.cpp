#include <memory>

#include "accounts/console_sessions.hpp"
#include "accounts/errors.hpp"
#include "accounts/password_hash.hpp"
#include "accounts/users.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "actions/grants.hpp"
#include "base/beijing_time.hpp"
#include "cloudapi/errors.hpp"

namespace sesame::actions {

namespace json = boost::json;
using accounts::Role;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kUserCodes[] = {
    {accounts::errors::kUnknown, "ResourceNotFound"},   {accounts::errors::kUnknownUser, "ResourceNotFound"},
    {accounts::errors::kTooManyUsers, "LimitExceeded"}, {accounts::errors::kLastOwner, "OperationDenied"},
    {accounts::errors::kUserTaken, "ResourceInUse"},
};

constexpr std::int64_t kLinkMs = 24LL * 3600 * 1000;  // The new user reads the link when there is time.

/// The rank of a caller among users. A credential that may make others could make any user's rights for
/// itself, but for an owner's: owners are made by owners, in the console.
struct Rank {
  std::optional<Role> role;  // nullopt: manages nobody.
  std::int64_t user_id = 0;  // The caller's own; 0: a credential.

  static Rank of(const Call& call) {
    if (call.session) return {call.session->role, call.session->user_id};
    if (call.caller->may_grant()) return {Role::admin, 0};
    return {};
  }
  bool over(Role other) const { return role && accounts::manages(*role, other); }
  bool manages_somebody() const { return over(Role::reviewer); }
};

json::object encode_user(const accounts::User& user) {
  return {{"Name", user.name},
          {"Role", accounts::role_name(user.role)},
          {"Enabled", user.enabled},
          {"HasPassword", user.has_password},
          {"HasSecondFactor", user.has_second_factor},
          {"CreateTime", format_beijing_time(user.created_ms)},
          {"LoginTime", user.login_ms == 0 ? std::string() : format_beijing_time(user.login_ms)}};
}

Result<Work> list_users(Call& call) {
  const Result<TargetAccount> target = TargetAccount::of(call);
  if (!target) return target.error();
  const Fields fields(call.parameters);
  return Work::read([target = *target, offset = fields.number("Offset"),
                     limit = fields.page_limit()](storage::Reader& reader) -> Answer {
    const Result<std::int64_t> account_id = target.find(reader);
    if (!account_id) return account_id.error();
    const accounts::UserPage page = accounts::list_users(reader, *account_id, offset, limit);
    json::array data;
    for (const accounts::User& user : page.users) data.push_back(encode_user(user));
    return json::object{{"TotalCount", page.total}, {"Data", std::move(data)}};
  });
}

/// The wanted state of a user.
struct UserOrder {
  TargetAccount target;
  Rank rank;
  std::string spared_digest;  // The caller's own session outlasts a new password.
  std::string name;
  accounts::UserChanges changes;
  std::string link_token;  // Empty: no link is made.
  std::int64_t now_ms = 0;
};

/// The rights over an existing user: everybody may give themselves a new password.
Status check_rank(const UserOrder& order, const accounts::User& user) {
  const bool own = user.id == order.rank.user_id;
  const bool only_password = !order.changes.role && !order.changes.enabled && order.link_token.empty();
  const bool allowed = (own && only_password) || order.rank.over(user.role);
  if (!allowed || (order.changes.role && !order.rank.over(*order.changes.role)))
    return Error(cloudapi::errors::kNotAllowed);
  return Done{};
}

Result<std::int64_t> make_user(storage::Writer& writer, const UserOrder& order, std::int64_t account_id) {
  if (!order.changes.role) return Error(cloudapi::errors::kMissing).with("name", "Role");
  if (!order.rank.over(*order.changes.role)) return Error(cloudapi::errors::kNotAllowed);
  accounts::NewUser user;
  user.account_id = account_id;
  user.name = order.name;
  user.role = *order.changes.role;
  user.password_hash = order.changes.password_hash.value_or("");
  Result<std::int64_t> id = accounts::create_user(writer, user, order.now_ms);
  if (!id || order.changes.enabled.value_or(true)) return id;
  Status disabled = accounts::change_user(writer, *id, {.role = {}, .enabled = false, .password_hash = {}});
  return disabled ? id : Result<std::int64_t>(std::move(disabled).error());
}

Answer carry_out(storage::Writer& writer, const UserOrder& order) {
  const Result<std::int64_t> account_id = order.target.find(writer);
  if (!account_id) return account_id.error();
  const auto user = accounts::find_user(writer, order.name);
  std::int64_t user_id = user ? user->id : 0;
  if (user) {
    if (user->account_id != *account_id) return Error(accounts::errors::kUserTaken).with("value", order.name);
    if (Status allowed = check_rank(order, *user); !allowed) return std::move(allowed).error();
    Status changed = accounts::change_user(writer, user_id, order.changes, order.spared_digest);
    if (!changed) return std::move(changed).error();
  } else {
    Result<std::int64_t> made = make_user(writer, order, *account_id);
    if (!made) return std::move(made).error();
    user_id = *made;
  }
  json::object answer = encode_user(*accounts::user_of(writer, user_id));
  if (!order.link_token.empty())
    accounts::create_link(writer, accounts::token_digest(order.link_token), user_id, order.now_ms + kLinkMs);
  answer["LoginToken"] = order.link_token;
  return answer;
}

Result<Work> put_user(Call& call, const UserParts& parts) {
  Result<TargetAccount> target = TargetAccount::of(call);
  if (!target) return std::move(target).error();
  const Fields fields(call.parameters);
  auto order = std::make_shared<UserOrder>(UserOrder{.target = *target, .rank = Rank::of(call)});
  if (!order->rank.role) return Error(cloudapi::errors::kNotAllowed);
  order->name = fields.text("Name");
  order->now_ms = call.now_ms;
  if (call.session) order->spared_digest = call.session->session_digest;
  if (Status named = accounts::check_user_name(order->name); !named) return std::move(named).error();
  if (const auto role = fields.maybe_text("Role")) order->changes.role = accounts::role_named(*role);
  if (fields.has("Enabled")) order->changes.enabled = fields.flag("Enabled");
  if (fields.flag("Link")) order->link_token = accounts::make_link_token(parts.random);
  if (const auto password = fields.maybe_text("Password")) {
    if (Status strong = accounts::check_password(*password, order->name); !strong)
      return std::move(strong).error();
    Result<std::string> hash = accounts::hash_password(*password);
    if (!hash) return std::move(hash).error();
    order->changes.password_hash = std::move(*hash);
  }
  return Work::write([order](storage::Writer& writer) -> Answer { return carry_out(writer, *order); });
}

Result<Work> delete_user(Call& call) {
  const Result<TargetAccount> target = TargetAccount::of(call);
  if (!target) return target.error();
  const Rank rank = Rank::of(call);
  if (!rank.manages_somebody()) return Error(cloudapi::errors::kNotAllowed);
  return Work::write([target = *target, rank, name = std::string(Fields(call.parameters).text("Name"))](
                         storage::Writer& writer) -> Answer {
    const Result<std::int64_t> account_id = target.find(writer);
    if (!account_id) return account_id.error();
    const auto user = accounts::find_user(writer, name);
    if (!user || user->account_id != *account_id)
      return Error(accounts::errors::kUnknownUser).with("value", name);
    if (!rank.over(user->role)) return Error(cloudapi::errors::kNotAllowed);
    Status deleted = accounts::delete_user(writer, user->id);
    if (!deleted) return std::move(deleted).error();
    return json::object();
  });
}

}  // namespace

void add_user_actions(cloudapi::ActionTable& table, const UserParts& parts) {
  table.add({.name = "ListUsers", .version = kOwnVersion, .prepare = list_users, .codes = kUserCodes});
  // A password is hashed, which takes tens of milliseconds.
  table.add({.name = "PutUser",
             .version = kOwnVersion,
             .heavy = true,
             .prepare = [parts](Call& call) { return put_user(call, parts); },
             .codes = kUserCodes});
  table.add({.name = "DeleteUser", .version = kOwnVersion, .prepare = delete_user, .codes = kUserCodes});
}

}  // namespace sesame::actions
