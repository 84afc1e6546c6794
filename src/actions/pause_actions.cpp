#include "accounts/errors.hpp"
#include "actions/errors.hpp"
#include "actions/families.hpp"
#include "actions/queue_fields.hpp"
#include "base/beijing_time.hpp"
#include "base/utf8.hpp"
#include "messages/errors.hpp"
#include "messages/pauses.hpp"

/// Pauses of delivery.
namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kCodes[] = {{accounts::errors::kUnknown, "ResourceNotFound"},
                                          {errors::kPauseMissing, "ResourceNotFound"},
                                          {errors::kNothingPaused, "MissingParameter"},
                                          {messages::errors::kTooManyPauses, "LimitExceeded"}};

/// The field Domain. The call has to name a part of the mail, so that nobody pauses all of it by leaving
/// something out.
Result<std::string> read_part(const Fields& fields) {
  Result<std::string> domain = read_domain(fields);
  if (domain && domain->empty() && !fields.has("AppId")) return Error(errors::kNothingPaused);
  return domain;
}

Result<Work> pause_delivery(Call& call, const QueueParts& parts) {
  const Fields fields(call.parameters);
  Result<std::string> domain = read_part(fields);
  if (!domain) return domain.error();
  const Result<ConcernedAccount> account = ConcernedAccount::of(call);
  if (!account) return account.error();
  messages::Pause pause;
  pause.domain = std::move(*domain);
  pause.since_ms = call.now_ms;
  pause.reason = utf8::mended_to_store(fields.text("Reason"));
  if (const std::string_view text = fields.text("UntilTime"); !text.empty()) {
    const Result<std::int64_t> until_ms = parse_beijing_time(text);
    if (!until_ms) return until_ms.error();
    if (*until_ms <= call.now_ms)
      return Error(errors::kEndPast).with("name", "UntilTime").with("value", std::string(text));
    pause.until_ms = *until_ms;
  }
  return Work::write(
      [account = *account, pause, now_ms = call.now_ms](storage::Writer& writer) -> Answer {
        const Result<std::int64_t> account_id = account.find(writer);
        if (!account_id) return account_id.error();
        messages::Pause made = pause;
        made.account_id = *account_id;
        if (Status status = messages::begin_pause(writer, made, now_ms); !status)
          return std::move(status).error();
        return json::object{{"Pause", encode_pause(writer, made)}};
      },
      parts.wake_delivery);
}

Result<Work> resume_delivery(Call& call, const QueueParts& parts) {
  const Fields fields(call.parameters);
  Result<std::string> domain = read_part(fields);
  if (!domain) return domain.error();
  const Result<ConcernedAccount> account = ConcernedAccount::of(call);
  if (!account) return account.error();
  return Work::write(
      [account = *account, domain = std::move(*domain),
       now_ms = call.now_ms](storage::Writer& writer) -> Answer {
        const Result<std::int64_t> account_id = account.find(writer);
        if (!account_id) return account_id.error();
        const auto ended = messages::end_pause(writer, {domain, *account_id}, now_ms);
        if (!ended) return Error(errors::kPauseMissing);
        return json::object{{"Pause", encode_pause(writer, *ended)}};
      },
      parts.wake_delivery);
}

Result<Work> list_pauses(Call& call) {
  const Result<ConcernedAccount> account = ConcernedAccount::of(call);
  if (!account) return account.error();
  const Fields fields(call.parameters);
  Result<std::string> domain = read_domain(fields);
  if (!domain) return domain.error();
  messages::PauseListQuery query;
  query.domain = std::move(*domain);
  query.offset = fields.offset();
  query.limit = static_cast<std::int64_t>(fields.page_limit());
  query.now_ms = call.now_ms;
  return Work::read([account = *account, query](storage::Reader& reader) -> Answer {
    const Result<std::int64_t> account_id = account.find(reader);
    if (!account_id) return account_id.error();
    messages::PauseListQuery wanted = query;
    wanted.account_id = *account_id;
    const messages::PausePage page = messages::list_pauses(reader, wanted);
    json::array data;
    for (const messages::Pause& pause : page.pauses) data.push_back(encode_pause(reader, pause));
    return json::object{{"TotalCount", page.total}, {"Data", std::move(data)}};
  });
}

}  // namespace

void add_pause_actions(cloudapi::ActionTable& table, const QueueParts& parts) {
  table.add({.name = "PauseDelivery",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return pause_delivery(call, parts); },
             .codes = kCodes});
  table.add({.name = "ResumeDelivery",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return resume_delivery(call, parts); },
             .codes = kCodes});
  table.add({.name = "ListDeliveryPauses", .version = kOwnVersion, .prepare = list_pauses, .codes = kCodes});
}

}  // namespace sesame::actions
