#include "actions/queue_fields.hpp"

#include <utility>

#include "accounts/accounts.hpp"
#include "base/beijing_time.hpp"
#include "cloudapi/errors.hpp"
#include "mime/address.hpp"

namespace sesame::actions {

namespace json = boost::json;

namespace {

/// The field Domain as queues have it. It is never empty unless the field is: an empty domain means all mail.
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

}  // namespace

Result<ConcernedMail> ConcernedMail::of(const cloudapi::Call& call) {
  const Result<TargetAccount> target = TargetAccount::of(call);
  if (!target) return target.error();
  const Fields fields(call.parameters);
  Result<std::string> domain = read_domain(fields);
  if (!domain) return std::move(domain).error();
  ConcernedMail mail;
  mail.target_ = *target;
  mail.names_account_ = fields.has("AppId");
  mail.of_all_accounts_ = !mail.names_account_ && static_cast<bool>(check_manages_accounts(call));
  mail.domain_ = std::move(*domain);
  return mail;
}

Result<messages::QueueFilter> ConcernedMail::find(storage::Reader& reader) const {
  if (of_all_accounts_) return messages::QueueFilter{domain_, 0};
  const Result<std::int64_t> account_id = target_->find(reader);
  if (!account_id) return account_id.error();
  return messages::QueueFilter{domain_, *account_id};
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
