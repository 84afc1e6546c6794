#include "actions/queue_fields.hpp"

#include <utility>

#include "accounts/accounts.hpp"
#include "base/beijing_time.hpp"
#include "cloudapi/errors.hpp"
#include "mime/address.hpp"

namespace sesame::actions {

namespace json = boost::json;

Result<ConcernedAccount> ConcernedAccount::of(const cloudapi::Call& call) {
  const Result<TargetAccount> target = TargetAccount::of(call);
  if (!target) return target.error();
  ConcernedAccount concerned;
  concerned.target_ = *target;
  concerned.all_ = !Fields(call.parameters).has("AppId") && static_cast<bool>(check_manages_accounts(call));
  return concerned;
}

Result<std::int64_t> ConcernedAccount::find(storage::Reader& reader) const {
  if (all_) return std::int64_t{0};
  return target_->find(reader);
}

Result<std::string> read_domain(const Fields& fields) {
  const std::string_view given = fields.text("Domain");
  if (given.empty()) return std::string();
  std::optional<std::string> domain = mime::ascii_domain(given);
  if (!domain)
    return Error(cloudapi::errors::kValue)
        .with("name", "Domain")
        .with("value", std::string(given))
        .with("rule", "domain");
  return std::move(*domain);
}

std::string time_or_empty(std::optional<std::int64_t> ms) {
  return ms && *ms != 0 ? format_beijing_time(*ms) : std::string();
}

std::int64_t app_id_or_0(storage::Reader& reader, std::int64_t account_id) {
  return account_id == 0 ? 0 : accounts::app_id_of(reader, account_id).value_or(0);
}

json::object encode_pause(storage::Reader& reader, const messages::Pause& pause) {
  return {{"Domain", pause.domain},
          {"AppId", app_id_or_0(reader, pause.account_id)},
          {"SinceTime", format_beijing_time(pause.since_ms)},
          {"UntilTime", time_or_empty(pause.until_ms)},
          {"Reason", pause.reason}};
}

}  // namespace sesame::actions
