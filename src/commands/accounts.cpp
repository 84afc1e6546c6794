#include <fmt/format.h>

#include <boost/json.hpp>

#include "commands/commands.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr const char* kOwnVersion = "2026-12-01";
constexpr std::uint64_t kPage = 100;

std::string text(const json::object& row, std::string_view name) {
  return json::value_to<std::string>(row.at(name));
}
std::uint64_t number(const json::object& row, std::string_view name) {
  return row.at(name).to_number<std::uint64_t>();
}

/// All rows of a list, page by page.
Result<json::array> all_rows(ApiClient& client, std::string_view action, json::object parameters) {
  json::array all;
  for (;;) {
    parameters["Offset"] = all.size();
    parameters["Limit"] = kPage;
    Result<json::object> answer = client.call(kOwnVersion, action, parameters);
    if (!answer) return std::move(answer).error();
    json::array& rows = answer->at("Data").as_array();
    const bool last = rows.size() < kPage;
    for (json::value& row : rows) all.push_back(std::move(row));
    if (last) return all;
  }
}

json::object of_account(std::uint64_t app_id) {
  return app_id == 0 ? json::object() : json::object{{"AppId", app_id}};
}

/// Makes a credential and shows it, once.
Status create_credential(Context& context, ApiClient& client, const json::object& parameters) {
  const Result<json::object> made = client.call(kOwnVersion, "CreateCredential", parameters);
  if (!made) return made.error();
  context.terminal.line("TENCENTCLOUD_SECRET_ID=" + text(*made, "SecretId"));
  context.terminal.line("TENCENTCLOUD_SECRET_KEY=" + text(*made, "SecretKey"));
  context.terminal.note("the key is shown this once; keep it");
  return Done{};
}

Status list_accounts(Context& context, ApiClient& client, const AccountsCommand& options) {
  const Result<json::array> all = all_rows(client, "ListAccounts", {});
  if (!all) return all.error();
  Table rows{{"ACCOUNT", "NAME", "CREDENTIALS", "CREATED"}};
  for (const json::value& value : *all) {
    const json::object& row = value.as_object();
    rows.add({Cell::id(number(row, "AppId")), text(row, "Name"), Cell::number(number(row, "CredentialCount")),
              context.terminal.local_time(text(row, "CreateTime"))});
  }
  context.terminal.table(rows, options.json);
  return Done{};
}

Status create_account(Context& context, ApiClient& client, const std::string& name) {
  const Result<json::object> made = client.call(kOwnVersion, "CreateAccount", {{"Name", name}});
  if (!made) return made.error();
  const std::uint64_t app_id = number(*made, "AppId");
  context.terminal.note(fmt::format("account {} `{}`, with its first credential:", app_id, name));
  return create_credential(context, client, {{"AppId", app_id}, {"Name", "first"}});
}

Status list_credentials(Context& context, ApiClient& client, const CredentialsCommand& options) {
  const Result<json::array> all = all_rows(client, "ListCredentials", of_account(options.app_id));
  if (!all) return all.error();
  Table rows{{"CREDENTIAL", "NAME", "MAY CALL", "STATE", "CREATED"}};
  for (const json::value& value : *all) {
    const json::object& row = value.as_object();
    const std::string permission = text(row, "Permission");
    const Cell may_call = permission == "list"
                              ? Cell::list(json::value_to<std::vector<std::string>>(row.at("Actions")))
                              : Cell(permission);
    rows.add({text(row, "SecretId"), text(row, "Name"), may_call,
              Cell::flag(row.at("Enabled").as_bool(), "enabled", "disabled"),
              context.terminal.local_time(text(row, "CreateTime"))});
  }
  context.terminal.table(rows, options.json);
  return Done{};
}

Status make_credential(Context& context, ApiClient& client, const CredentialsCommand& options) {
  json::object parameters = of_account(options.app_id);
  if (!options.name.empty()) parameters["Name"] = options.name;
  if (options.read_only) parameters["Permission"] = "read-only";
  if (!options.actions.empty()) {
    parameters["Permission"] = "list";
    parameters["Actions"] = json::value_from(options.actions);
  }
  return create_credential(context, client, parameters);
}

Status change(Context& context, ApiClient& client, const CredentialsCommand& options, std::string_view action,
              std::string_view done) {
  json::object parameters = of_account(options.app_id);
  parameters["CredentialId"] = options.secret_id;
  const Result<json::object> answer = client.call(kOwnVersion, action, parameters);
  if (!answer) return answer.error();
  context.terminal.note(fmt::format("credential {} {}", options.secret_id, done));
  return Done{};
}

Status run(Context& context, ApiClient& client, const AccountsCommand& options) {
  if (options.what == AccountsCommand::What::list) return list_accounts(context, client, options);
  return create_account(context, client, options.name);
}

Status run(Context& context, ApiClient& client, const CredentialsCommand& options) {
  using What = CredentialsCommand::What;
  switch (options.what) {
    case What::list:
      return list_credentials(context, client, options);
    case What::create:
      return make_credential(context, client, options);
    case What::disable:
      return change(context, client, options, "DisableCredential", "is disabled; calls with it are refused");
    case What::enable:
      return change(context, client, options, "EnableCredential", "is enabled");
    case What::remove:
      return change(context, client, options, "DeleteCredential", "is deleted");
  }
  return Done{};
}

template <class Options>
int run_command(Context& context, ApiAccess access, const Options& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  return client ? exit_status(context, run(context, *client, options)) : fail(context, client.error());
}

}  // namespace

int accounts(Context& context, ApiAccess access, const AccountsCommand& options) {
  return run_command(context, std::move(access), options);
}

int credentials(Context& context, ApiAccess access, const CredentialsCommand& options) {
  return run_command(context, std::move(access), options);
}

}  // namespace sesame::commands
