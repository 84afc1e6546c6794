#include "actions/errors.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "base/beijing_time.hpp"
#include "messages/statuses.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kStatusCodes[] = {
    {errors::kStatusDateMalformed, "InvalidParameterValue.WrongDate"},
    {errors::kStatusDateOutside, "FailedOperation.NotSupportDate"},
};

json::object encode_message_status(const messages::MessageStatus& status, cloudapi::Language language) {
  return {{"MessageId", status.message_id},
          {"ToEmailAddress", status.to_address},
          {"FromEmailAddress", status.from_address},
          {"SendStatus", status.send_status},
          {"DeliverStatus", static_cast<int>(status.deliver_status)},
          {"DeliverMessage", cloudapi::phrase_in(language, status.deliver_text)},
          {"RequestTime", status.requested_ms / 1000},
          {"DeliverTime", status.delivered_ms / 1000},
          {"UserOpened", status.opened},
          {"UserClicked", status.clicked},
          {"UserUnsubscribed", status.unsubscribed},
          {"UserComplainted", status.complained},  // The old spelling stays beside the new one.
          {"UserComplained", status.complained}};
}

Result<Work> get_send_email_status(Call& call, std::int64_t days) {
  const Fields fields(call.parameters);
  const std::string date(fields.text("RequestDate"));
  const Result<std::int64_t> day = parse_beijing_day(date);
  if (!day) return Error(errors::kStatusDateMalformed).with("name", "RequestDate").with("value", date);
  const std::int64_t today = beijing_day(call.now_ms);
  if (*day > today || *day < today - days) {
    return Error(errors::kStatusDateOutside)
        .with("name", "RequestDate")
        .with("value", date)
        .with("limit", std::to_string(days));
  }
  messages::StatusQuery query;
  query.scope = call.scope;
  query.request_day = *day;
  if (const auto id = fields.maybe_text("MessageId"); id && !id->empty()) query.message_id = *id;
  if (const auto to = fields.maybe_text("ToEmailAddress"); to && !to->empty()) query.to_address = *to;
  query.offset = static_cast<std::uint32_t>(std::min<std::uint64_t>(fields.number("Offset"), UINT32_MAX));
  query.limit = static_cast<std::uint32_t>(fields.page_limit());
  return Work::read([query, language = call.language](storage::Reader& reader) -> Answer {
    json::array rows;
    for (const messages::MessageStatus& status : messages::find_statuses(reader, query)) {
      rows.push_back(encode_message_status(status, language));
    }
    return json::object{{"EmailStatusList", std::move(rows)}};
  });
}

}  // namespace

void add_status_action(cloudapi::ActionTable& table, const StatusOptions& options) {
  table.add({.name = "GetSendEmailStatus",
             .version = kSesVersion,
             .prepare = [days = options.days](Call& call) { return get_send_email_status(call, days); },
             .codes = kStatusCodes});
}

}  // namespace sesame::actions
