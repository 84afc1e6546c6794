#include "accounts/credentials.hpp"
#include "accounts/errors.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "actions/grants.hpp"
#include "base/beijing_time.hpp"
#include "cloudapi/errors.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kCredentialCodes[] = {
    {accounts::errors::kUnknown, "ResourceNotFound"},
    {accounts::errors::kUnknownCredential, "ResourceNotFound"},
    {accounts::errors::kTooManyCredentials, "LimitExceeded"},
    {accounts::errors::kLastAdministrator, "OperationDenied"},
    {accounts::errors::kCredentialEnabled, "ResourceInUse"},
};

constexpr std::uint64_t kSessionSeconds = 1800;

/// The credential that a write job hands to the keyring once it is committed.
using Changed = std::shared_ptr<std::optional<accounts::Credential>>;

std::string_view kind_name(accounts::Permissions::Kind kind) {
  if (kind == accounts::Permissions::Kind::all) return "all";
  return kind == accounts::Permissions::Kind::read_only ? "read-only" : "list";
}

json::object encode_credential(const accounts::CredentialRow& row) {
  json::array actions;
  for (const std::string& action : row.permissions.actions()) actions.emplace_back(action);
  return {{"SecretId", row.secret_id},
          {"Name", row.name},
          {"Permission", kind_name(row.permissions.kind())},
          {"Actions", std::move(actions)},
          {"Enabled", row.enabled},
          {"CreateTime", format_beijing_time(row.created_ms)}};
}

/// A write that ends with reading the credential, which enters the keyring with the commit.
Work change_credential(const CredentialParts& parts,
                       std::function<Result<std::string>(storage::Writer&)> change,
                       std::function<json::object()> answer) {
  return Work::write([change = std::move(change), answer = std::move(answer), &box = parts.secrets,
                      &keyring = parts.keyring](storage::Writer& writer) -> Answer {
    const Result<std::string> secret_id = change(writer);
    if (!secret_id) return secret_id.error();
    Result<accounts::Credential> credential = accounts::load_credential(writer, box, *secret_id);
    if (!credential) return std::move(credential).error();
    // A function is copied, a secret is not.
    auto changed = std::make_shared<accounts::Credential>(std::move(credential).value());
    writer.after_commit([changed, &keyring] { keyring.put(std::move(*changed)); });
    return answer();
  });
}

Result<Work> create_credential(Call& call, const CredentialParts& parts) {
  if (Status allowed = check_may_grant(call); !allowed) return std::move(allowed).error();
  const Result<TargetAccount> target = TargetAccount::of(call);
  if (!target) return target.error();
  const Fields fields(call.parameters);
  Result<accounts::Permissions> permissions = read_permissions(fields);
  if (!permissions) return std::move(permissions).error();
  auto made = std::make_shared<accounts::NewCredential>();
  made->pair = accounts::generate_key_pair(parts.random);
  made->name = fields.text("Name");
  made->permissions = std::move(permissions).value();
  return change_credential(
      parts,
      [made, target = *target, most = parts.options.credentials_max, now_ms = call.now_ms,
       &box = parts.secrets](storage::Writer& writer) -> Result<std::string> {
        const Result<std::int64_t> account_id = target.find(writer);
        if (!account_id) return account_id.error();
        made->account_id = *account_id;
        const Status created = accounts::create_credential(writer, box, *made, most, now_ms);
        if (!created) return created.error();
        return made->pair.secret_id;
      },
      [made] {
        return json::object{{"SecretId", made->pair.secret_id},
                            {"SecretKey", made->pair.secret_key.reveal()}};
      });
}

Result<Work> list_credentials(Call& call) {
  const Result<TargetAccount> target = TargetAccount::of(call);
  if (!target) return target.error();
  const Fields fields(call.parameters);
  return Work::read([target = *target, offset = fields.number("Offset"),
                     limit = fields.page_limit()](storage::Reader& reader) -> Answer {
    const Result<std::int64_t> account_id = target.find(reader);
    if (!account_id) return account_id.error();
    const auto page = accounts::list_credentials(reader, *account_id, offset, limit);
    if (!page) return page.error();
    json::array data;
    for (const accounts::CredentialRow& row : page->rows) data.push_back(encode_credential(row));
    return json::object{{"TotalCount", page->total}, {"Data", std::move(data)}};
  });
}

Result<Work> set_enabled(Call& call, const CredentialParts& parts, bool enabled) {
  if (Status allowed = check_may_grant(call); !allowed) return std::move(allowed).error();
  const Result<TargetAccount> target = TargetAccount::of(call);
  if (!target) return target.error();
  return change_credential(
      parts,
      [target = *target, enabled, secret_id = std::string(Fields(call.parameters).text("CredentialId"))](
          storage::Writer& writer) -> Result<std::string> {
        const Result<std::int64_t> account_id = target.find(writer);
        if (!account_id) return account_id.error();
        const Status set = accounts::set_credential_enabled(writer, *account_id, secret_id, enabled);
        if (!set) return set.error();
        return secret_id;
      },
      [] { return json::object(); });
}

Result<Work> delete_credential(Call& call, const CredentialParts& parts) {
  if (Status allowed = check_may_grant(call); !allowed) return std::move(allowed).error();
  const Result<TargetAccount> target = TargetAccount::of(call);
  if (!target) return target.error();
  const std::string secret_id(Fields(call.parameters).text("CredentialId"));
  return Work::write(
      [target = *target, secret_id, &keyring = parts.keyring](storage::Writer& writer) -> Answer {
        const Result<std::int64_t> account_id = target.find(writer);
        if (!account_id) return account_id.error();
        const Status deleted = accounts::delete_credential(writer, *account_id, secret_id);
        if (!deleted) return deleted.error();
        writer.after_commit([secret_id, &keyring] { keyring.remove(secret_id); });
        return json::object();
      });
}

Result<Work> create_session_token(Call& call, const CredentialParts& parts) {
  // Otherwise a temporary credential could be renewed for ever.
  if (call.caller->parent != nullptr) return Error(cloudapi::errors::kNotAllowed);
  const Fields fields(call.parameters);
  const Result<accounts::Permissions> permissions = read_permissions(fields);
  if (!permissions) return permissions.error();
  const std::uint64_t seconds =
      fields.has("DurationSeconds") ? fields.number("DurationSeconds") : kSessionSeconds;
  const std::int64_t expires_s = call.now_ms / 1000 + static_cast<std::int64_t>(seconds);
  const auto issued = parts.tokens.issue(*call.caller, *permissions, expires_s, parts.random);
  json::object answer{{"TmpSecretId", issued.pair.secret_id},
                      {"TmpSecretKey", issued.pair.secret_key.reveal()},
                      {"Token", issued.token},
                      {"ExpiredTime", expires_s}};
  return Work::quick_read([answer = std::move(answer)](storage::Reader&) -> Answer { return answer; });
}

}  // namespace

void add_credential_actions(cloudapi::ActionTable& table, const CredentialParts& parts) {
  const auto add = [&](const char* name, std::function<Result<Work>(Call&)> prepare) {
    table.add(
        {.name = name, .version = kOwnVersion, .prepare = std::move(prepare), .codes = kCredentialCodes});
  };
  add("CreateCredential", [parts](Call& call) { return create_credential(call, parts); });
  add("ListCredentials", list_credentials);
  add("DisableCredential", [parts](Call& call) { return set_enabled(call, parts, false); });
  add("EnableCredential", [parts](Call& call) { return set_enabled(call, parts, true); });
  add("DeleteCredential", [parts](Call& call) { return delete_credential(call, parts); });
  add("CreateSessionToken", [parts](Call& call) { return create_session_token(call, parts); });
}

}  // namespace sesame::actions
