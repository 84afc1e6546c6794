#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "actions/task_states.hpp"
#include "base/beijing_time.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/recipients.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kCodes[] = {
    {campaigns::errors::kTaskMissing, "ResourceNotFound"},
    {campaigns::errors::kRecipientsExpired, "ResourceNotFound"},
};

std::string time_or_empty(std::int64_t ms) { return ms == 0 ? std::string() : format_beijing_time(ms); }

json::object encode_recipient(const campaigns::TaskRecipient& recipient, cloudapi::Language language) {
  const messages::MailRecord& record = recipient.record;
  return {{"Number", recipient.number},
          {"Email", recipient.address},
          {"State", campaigns::name_of(recipient.state)},
          {"Reason", cloudapi::phrase_in(language, recipient.reason)},
          {"Reply", recipient.reply},
          {"Class", recipient.bounce_class ? bounces::name_of(*recipient.bounce_class) : ""},
          {"MessageId", record.message_id},
          {"SendStatus", record.send_status},
          {"Attempts", record.attempts},
          {"FirstAttemptTime", time_or_empty(record.first_attempt_ms)},
          {"NextAttemptTime", time_or_empty(record.next_attempt_ms.value_or(0))},
          {"DeliverTime", time_or_empty(record.delivered_ms)}};
}

Result<Work> list_recipients(Call& call, const TaskRecipientParts& parts) {
  const Fields fields(call.parameters);
  campaigns::RecipientQuery query;
  query.scope = call.scope;
  query.task_id = static_cast<std::int64_t>(fields.number("TaskId"));
  query.states = read_states(fields);
  if (query.states.none()) query.states.set();
  query.after = fields.number("After");
  query.offset = fields.number("Offset");
  query.limit = fields.page_limit();
  query.standstill = parts.standstill();
  return Work::read(
      [query, &classifier = parts.classifier, language = call.language](storage::Reader& reader) -> Answer {
        const Result<campaigns::RecipientPage> page = campaigns::list_recipients(reader, query, classifier);
        if (!page) return page.error();
        json::array data;
        for (const campaigns::TaskRecipient& recipient : page->recipients)
          data.push_back(encode_recipient(recipient, language));
        return json::object{{"TotalCount", page->total}, {"Data", std::move(data)}};
      });
}

}  // namespace

void add_task_recipients_action(cloudapi::ActionTable& table, const TaskRecipientParts& parts) {
  table.add({.name = "ListSendTaskRecipients",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return list_recipients(call, parts); },
             .codes = kCodes});
}

}  // namespace sesame::actions
