#include "accounts/accounts.hpp"
#include "accounts/errors.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "actions/grants.hpp"
#include "base/beijing_time.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kAccountCodes[] = {
    {accounts::errors::kTooMany, "LimitExceeded"},
};

json::object encode_account(const accounts::Account& account) {
  return {{"AppId", account.app_id},
          {"Name", account.name},
          {"Administers", account.administers},
          {"CredentialCount", account.credentials},
          {"CreateTime", format_beijing_time(account.created_ms)}};
}

Result<Work> create_account(Call& call, const AccountParts& parts) {
  if (Status allowed = check_manages_accounts(call); !allowed) return std::move(allowed).error();
  return Work::write([name = std::string(Fields(call.parameters).text("Name")), now_ms = call.now_ms,
                      most = parts.options.accounts_max,
                      &random = parts.random](storage::Writer& writer) -> Answer {
    const Result<accounts::Account> account = accounts::create_account(writer, random, name, most, now_ms);
    if (!account) return account.error();
    return json::object{{"AppId", account->app_id}};
  });
}

Result<Work> list_accounts(Call& call) {
  if (Status allowed = check_manages_accounts(call); !allowed) return std::move(allowed).error();
  const Fields fields(call.parameters);
  return Work::read(
      [offset = fields.number("Offset"), limit = fields.page_limit()](storage::Reader& reader) -> Answer {
        const accounts::AccountPage page = accounts::list_accounts(reader, offset, limit);
        json::array data;
        for (const accounts::Account& account : page.accounts) data.push_back(encode_account(account));
        return json::object{{"TotalCount", page.total}, {"Data", std::move(data)}};
      });
}

}  // namespace

void add_account_actions(cloudapi::ActionTable& table, const AccountParts& parts) {
  table.add({.name = "CreateAccount",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return create_account(call, parts); },
             .codes = kAccountCodes});
  table.add(
      {.name = "ListAccounts", .version = kOwnVersion, .prepare = list_accounts, .codes = kAccountCodes});
}

}  // namespace sesame::actions
