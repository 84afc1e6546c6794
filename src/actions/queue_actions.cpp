#include "accounts/errors.hpp"
#include "actions/families.hpp"
#include "actions/queue_fields.hpp"
#include "base/beijing_time.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/waiting_mails.hpp"
#include "messages/queue_list.hpp"

/// Looking at the mail that waits.
namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kCodes[] = {{accounts::errors::kUnknown, "ResourceNotFound"},
                                          {campaigns::errors::kTaskMissing, "ResourceNotFound"}};

messages::QueueOrder read_order(const Fields& fields) {
  const std::string_view word = fields.text("Order");
  if (word == "age") return messages::QueueOrder::age;
  return word == "next" ? messages::QueueOrder::next : messages::QueueOrder::waiting;
}

json::object encode_queue(storage::Reader& reader, const messages::ListedQueue& queue,
                          const messages::Pause* pause) {
  json::array ages;
  for (const std::int64_t count : queue.ages) ages.emplace_back(count);
  return {{"Domain", queue.domain},
          {"AppId", app_id_or_0(reader, queue.account_id)},
          {"Urgent", queue.urgent},
          {"WaitingCount", queue.waiting},
          {"NextAttemptTime", format_beijing_time(queue.next_due_ms)},
          {"OldestTime", format_beijing_time(queue.oldest_ms)},
          {"Ages", std::move(ages)},
          {"PausedSince", pause == nullptr ? std::string() : format_beijing_time(pause->since_ms)},
          {"PausedUntil", pause == nullptr ? std::string() : time_or_empty(pause->until_ms)},
          {"PauseReason", pause == nullptr ? std::string() : pause->reason},
          {"Reply", queue.last_text}};
}

Result<Work> list_queues(Call& call) {
  const Result<ConcernedMail> mail = ConcernedMail::of(call);
  if (!mail) return mail.error();
  const Fields fields(call.parameters);
  messages::QueueListQuery query;
  query.order = read_order(fields);
  query.offset = fields.offset();
  query.limit = static_cast<std::int64_t>(fields.page_limit());
  query.now_ms = call.now_ms;
  return Work::read([mail = *mail, query](storage::Reader& reader) -> Answer {
    Result<messages::QueueFilter> part = mail.find(reader);
    if (!part) return std::move(part).error();
    messages::QueueListQuery wanted = query;
    wanted.filter = std::move(*part);
    const messages::QueuePage page = messages::list_queues(reader, wanted);
    messages::PauseLookup pauses(reader, query.now_ms);
    json::array data;
    for (const messages::ListedQueue& queue : page.queues)
      data.push_back(encode_queue(reader, queue, pauses.find(queue.account_id, queue.domain)));
    return json::object{
        {"TotalCount", page.total}, {"WaitingCount", page.waiting}, {"Data", std::move(data)}};
  });
}

json::object encode_mail(storage::Reader& reader, const campaigns::WaitingMail& mail) {
  return {{"MessageId", mail.message_id},
          {"ToEmailAddress", mail.to_address},
          {"FromEmailAddress", mail.from_address},
          {"AppId", app_id_or_0(reader, mail.scope.account_id)},
          {"TaskId", mail.task_id},
          {"RequestTime", format_beijing_time(mail.requested_ms)},
          {"Attempts", mail.attempts},
          {"FirstAttemptTime", time_or_empty(mail.first_attempt_ms)},
          {"NextAttemptTime", format_beijing_time(mail.next_attempt_ms)},
          {"Reply", mail.last_text}};
}

Result<Work> list_mails(Call& call) {
  const Result<ConcernedMail> mail = ConcernedMail::of(call);
  if (!mail) return mail.error();
  const Fields fields(call.parameters);
  campaigns::WaitingMailQuery query;
  query.task_id = fields.maybe_number("TaskId");
  query.offset = fields.offset();
  query.limit = static_cast<std::int64_t>(fields.page_limit());
  return Work::read([mail = *mail, query](storage::Reader& reader) -> Answer {
    Result<messages::QueueFilter> part = mail.find(reader);
    if (!part) return std::move(part).error();
    campaigns::WaitingMailQuery wanted = query;
    wanted.filter = std::move(*part);
    const auto page = campaigns::list_waiting_mails(reader, wanted);
    if (!page) return page.error();
    json::array data;
    for (const campaigns::WaitingMail& mail : page->mails) data.push_back(encode_mail(reader, mail));
    return json::object{{"TotalCount", page->total}, {"Data", std::move(data)}};
  });
}

}  // namespace

void add_queue_actions(cloudapi::ActionTable& table) {
  table.add({.name = "ListDeliveryQueues", .version = kOwnVersion, .prepare = list_queues, .codes = kCodes});
  table.add({.name = "ListWaitingMails", .version = kOwnVersion, .prepare = list_mails, .codes = kCodes});
}

}  // namespace sesame::actions
