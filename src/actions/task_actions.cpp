#include <array>
#include <memory>

#include "actions/errors.hpp"
#include "actions/families.hpp"
#include "actions/mail_fields.hpp"
#include "actions/task_states.hpp"
#include "base/beijing_time.hpp"
#include "base/errors.hpp"
#include "base/utf8.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/launch.hpp"
#include "campaigns/resend.hpp"
#include "campaigns/task_control.hpp"
#include "campaigns/tasks.hpp"
#include "campaigns/waiting.hpp"
#include "cloudapi/send_codes.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr auto kTaskCodes = cloudapi::send_codes<&cloudapi::SendCode::batch_send_email>(
    std::to_array<cloudapi::ErrorCode>({{campaigns::errors::kTaskMissing, "ResourceNotFound"},
                                        {campaigns::errors::kTaskEnded, "OperationDenied"},
                                        {campaigns::errors::kRunUnfinished, "OperationDenied"},
                                        {campaigns::errors::kRecipientsExpired, "ResourceNotFound"},
                                        {campaigns::errors::kContentExpired, "ResourceNotFound"},
                                        {campaigns::errors::kNobodyInStates, "OperationDenied"},
                                        {errors::kTimedMissing, "MissingParameter.TimedParamNecessary"},
                                        {errors::kCycleMissing, "MissingParameter.CycleParamNecessary"},
                                        {errors::kBeginPast, "InvalidParameterValue.BeginTimeBeforeNow"},
                                        {sesame::errors::kTimeMalformed, "InvalidParameterValue"}}));

/// SES: BatchSendEmail.ADLocation, 1 before the subject, 2 behind it.
std::string marked(std::string_view subject, std::uint64_t location, const std::string& mark) {
  if (mark.empty()) return std::string(subject);
  if (location == 1) return mark + " " + std::string(subject);
  if (location == 2) return std::string(subject) + " " + mark;
  return std::string(subject);
}

struct BatchRequest {
  campaigns::TaskOrder order;
  campaigns::Schedule schedule;
};

/// Times have whole seconds: the second under way is not past.
Result<std::int64_t> read_begin(const Fields& fields, const std::string& path, std::int64_t now_ms) {
  const std::string_view text = fields.text("BeginTime");
  const Result<std::int64_t> begin_ms = parse_beijing_time(text);
  if (!begin_ms) return begin_ms.error();
  if (*begin_ms / 1000 < now_ms / 1000) {
    return Error(errors::kBeginPast).with("name", path).with("value", std::string(text));
  }
  return begin_ms;
}

/// SES: TimedEmailParam and CycleEmailParam; the one that TaskType does not ask for is ignored.
Result<campaigns::Schedule> read_schedule(const Fields& fields, std::int64_t now_ms) {
  campaigns::Schedule schedule;
  schedule.type = static_cast<campaigns::TaskType>(fields.number("TaskType"));
  if (schedule.type == campaigns::TaskType::now) return schedule;
  const bool timed = schedule.type == campaigns::TaskType::timed;
  const std::string name = timed ? "TimedParam" : "CycleParam";
  const json::object* given = fields.object(name);
  if (given == nullptr)
    return Error(timed ? errors::kTimedMissing : errors::kCycleMissing).with("name", name);
  const Fields param(*given);
  const Result<std::int64_t> begin_ms = read_begin(param, name + ".BeginTime", now_ms);
  if (!begin_ms) return begin_ms.error();
  schedule.begin_ms = *begin_ms;
  schedule.interval_hours = static_cast<std::int64_t>(param.number("IntervalTime"));
  if (!timed && schedule.interval_hours < 1)
    return Error(errors::kCycleMissing).with("name", name + ".IntervalTime");
  schedule.once = param.number("TermCycle") == 1;
  return schedule;
}

Result<BatchRequest> decode_batch(const Call& call, const TaskParts& parts) {
  const Fields fields(call.parameters);
  BatchRequest request;
  Result<campaigns::Schedule> schedule = read_schedule(fields, call.now_ms);
  if (!schedule) return std::move(schedule).error();
  request.schedule = *schedule;
  Result<RequestedContent> content = read_content(fields, parts.rules);
  if (!content) return std::move(content).error();
  campaigns::TaskOrder& order = request.order;
  order.scope = call.scope;
  order.app_id = call.app_id;
  order.group_id = static_cast<std::int64_t>(fields.number("ReceiverId"));
  order.sender = fields.text("FromEmailAddress");
  order.subject = utf8::mended_to_store(fields.text("Subject"));
  if (content->has_template) order.template_id = content->template_id;
  order.template_data = std::move(content->template_data);
  order.draft.subject = marked(order.subject, fields.number("ADLocation"), parts.rules.ad_mark);
  order.draft.reply_to = std::move(content->reply_to);
  order.draft.unsubscribe = content->unsubscribe;
  order.draft.html = std::move(content->html);
  order.draft.text = std::move(content->text);
  order.attachments = std::move(content->attachments);
  return request;
}

/// A task that starts later is checked like one that starts now; it is checked again when its time has come.
Answer accept_batch(storage::Writer& writer, Random& random, const BatchRequest& request, std::int64_t now_ms,
                    const senders::Tracking& tracking) {
  const Result<campaigns::PreparedRun> run = campaigns::prepare_run(writer, request.order, now_ms, tracking);
  if (!run) return run.error();
  const std::int64_t task_id =
      request.schedule.type == campaigns::TaskType::now
          ? campaigns::start_task(writer, random, run->task, run->blocks)
          : campaigns::plan_task(writer, run->task, request.schedule,
                                 content::pack_mailing(request.order.draft, request.order.attachments));
  return json::object{{"TaskId", task_id}};
}

Result<Work> batch_send_email(Call& call, const TaskParts& parts) {
  Result<BatchRequest> decoded = decode_batch(call, parts);
  if (!decoded) return std::move(decoded).error();
  // Shared: a copy of the job must not copy megabytes.
  const auto request = std::make_shared<const BatchRequest>(std::move(*decoded));
  return Work::write(
      [now_ms = call.now_ms, &random = parts.random, request,
       tracking = parts.tracking](storage::Writer& writer) -> Answer {
        return accept_batch(writer, random, *request, now_ms, tracking);
      },
      parts.wake_delivery);
}

json::value timed_param(const campaigns::Schedule& schedule) {
  if (schedule.type != campaigns::TaskType::timed) return nullptr;
  return json::object{{"BeginTime", format_beijing_time(schedule.begin_ms)}};
}

json::value cycle_param(const campaigns::Schedule& schedule) {
  if (schedule.type != campaigns::TaskType::recurring) return nullptr;
  return json::object{{"BeginTime", format_beijing_time(schedule.begin_ms)},
                      {"IntervalTime", schedule.interval_hours},
                      {"TermCycle", schedule.once ? 1 : 0}};
}

json::object encode_task(const campaigns::Task& task, cloudapi::Language language) {
  return {{"TaskId", task.id},
          {"FromEmailAddress", task.sender},
          {"ReceiverId", task.group_id},
          {"TaskStatus", static_cast<unsigned>(task.status)},
          {"TaskType", static_cast<unsigned>(task.schedule.type)},
          {"RequestCount", task.requested},
          {"SendCount", task.sent()},
          {"CacheCount", task.waiting()},
          {"CreateTime", format_beijing_time(task.created_ms)},
          {"UpdateTime", format_beijing_time(task.updated_ms)},
          {"Subject", task.subject},
          {"Template", json::object{{"TemplateID", task.template_id}, {"TemplateData", task.template_data}}},
          {"CycleParam", cycle_param(task.schedule)},
          {"TimedParam", timed_param(task.schedule)},
          {"ErrMsg", cloudapi::phrase_in(language, task.error)},
          {"ReceiversName", task.group_name}};
}

Result<Work> list_send_tasks(Call& call) {
  const Fields fields(call.parameters);
  campaigns::TaskFilter filter;
  filter.status = fields.maybe_number("Status");
  filter.group_id = fields.maybe_number("ReceiverId");
  filter.type = fields.maybe_number("TaskType");
  return Work::read(
      [scope = call.scope, filter, language = call.language, offset = fields.offset(),
       limit = static_cast<std::int64_t>(fields.page_limit())](storage::Reader& reader) -> Answer {
        const campaigns::TaskPage page = campaigns::list_tasks(reader, scope, filter, offset, limit);
        json::array data;
        for (const campaigns::Task& task : page.tasks) data.push_back(encode_task(task, language));
        return json::object{{"TotalCount", page.total}, {"Data", std::move(data)}};
      });
}

/// Adds why a task that is sending does not get on: the reasons of the mails that wait, and in one sentence
/// what holds them all back.
void add_waiting(json::object& answer, storage::Reader& reader, const campaigns::Task& task,
                 const std::optional<messages::Standstill>& standstill, cloudapi::Language language) {
  const auto text_of = [&](messages::WaitingReason reason) {
    std::string text = cloudapi::phrase_in(language, messages::explain(reason));
    const bool has_more = standstill && standstill->reason == reason && !standstill->text.empty();
    return has_more ? text + ": " + standstill->text : text;
  };
  json::array reasons;
  for (const campaigns::WaitingRecipients& each : campaigns::list_waiting(reader, task, standstill)) {
    reasons.push_back(json::object{{"Reason", messages::name_of(each.reason)},
                                   {"Count", each.count},
                                   {"Since", format_beijing_time(each.since_ms)},
                                   {"Text", text_of(each.reason)}});
  }
  answer["WaitingReasons"] = std::move(reasons);
  const bool held = standstill && standstill->reason == messages::WaitingReason::held;
  const bool held_back = (standstill && task.status == campaigns::TaskStatus::sending) ||
                         (held && task.status == campaigns::TaskStatus::waiting);
  answer["HeldBack"] = held_back ? text_of(standstill->reason) : std::string();
  answer["HeldBackSince"] = held_back ? format_beijing_time(standstill->since_ms) : std::string();
}

Result<Work> get_send_task(Call& call, const TaskParts& parts) {
  const auto id = static_cast<std::int64_t>(Fields(call.parameters).number("TaskId"));
  return Work::quick_read([scope = call.scope, id, language = call.language,
                           standstill = parts.standstill()](storage::Reader& reader) -> Answer {
    const Result<campaigns::Task> task = campaigns::get_task(reader, scope, id);
    if (!task) return task.error();
    json::object answer{{"Task", encode_task(*task, language)}};
    answer["RecipientCount"] = task->recipients;
    answer["DeliveredCount"] = task->delivered;
    answer["RefusedCount"] = task->refused;
    answer["DroppedCount"] = task->dropped;
    answer["DeferredCount"] = task->deferred;
    answer["WithheldCount"] = task->withheld;
    answer["SkippedCount"] = task->skipped;
    answer["WaitingCount"] = task->not_begun();
    answer["StoppedCount"] = task->stopped();
    answer["OriginTaskId"] = task->origin_id;
    answer["LeftOutCount"] = task->left_out;
    answer["StartTime"] = task->started_ms == 0 ? std::string() : format_beijing_time(task->started_ms);
    answer["FinishTime"] = task->finished_ms ? format_beijing_time(*task->finished_ms) : std::string();
    add_waiting(answer, reader, *task, standstill, language);
    return answer;
  });
}

Result<Work> resend_send_task(Call& call, const TaskParts& parts) {
  const Fields fields(call.parameters);
  campaigns::ResendOrder order;
  order.scope = call.scope;
  order.app_id = call.app_id;
  order.task_id = static_cast<std::int64_t>(fields.number("TaskId"));
  order.states = read_states(fields);
  order.now_ms = call.now_ms;
  if (!fields.text("BeginTime").empty()) {
    const Result<std::int64_t> begin_ms = read_begin(fields, "BeginTime", call.now_ms);
    if (!begin_ms) return begin_ms.error();
    order.begin_ms = *begin_ms;
  }
  return Work::write(
      [&random = parts.random, order = std::move(order),
       tracking = parts.tracking](storage::Writer& writer) -> Answer {
        const Result<std::int64_t> task_id = campaigns::resend_task(writer, random, order, tracking);
        if (!task_id) return task_id.error();
        return json::object{{"TaskId", *task_id}};
      },
      parts.wake_delivery);
}

using Control = Status (*)(storage::Writer&, const accounts::Scope&, std::int64_t, std::int64_t);

Result<Work> control_task(Call& call, const TaskParts& parts, Control control) {
  const auto id = static_cast<std::int64_t>(Fields(call.parameters).number("TaskId"));
  return Work::write(
      [scope = call.scope, id, now_ms = call.now_ms, control](storage::Writer& writer) -> Answer {
        if (Status status = control(writer, scope, id, now_ms); !status) return std::move(status).error();
        const Result<campaigns::Task> task = campaigns::get_task(writer, scope, id);
        if (!task) return task.error();
        return json::object{{"TaskStatus", static_cast<unsigned>(task->status)}};
      },
      parts.wake_delivery);
}

}  // namespace

void add_task_actions(cloudapi::ActionTable& table, const TaskParts& parts) {
  table.add({.name = "BatchSendEmail",
             .version = kSesVersion,
             .prepare = [parts](Call& call) { return batch_send_email(call, parts); },
             .codes = kTaskCodes});
  table.add(
      {.name = "ListSendTasks", .version = kSesVersion, .prepare = list_send_tasks, .codes = kTaskCodes});
  table.add({.name = "GetSendTask",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return get_send_task(call, parts); },
             .codes = kTaskCodes});
  table.add({.name = "ResendSendTask",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return resend_send_task(call, parts); },
             .codes = kTaskCodes});
  constexpr std::array<std::pair<const char*, Control>, 3> kControls{
      {{"PauseSendTask", campaigns::pause_task},
       {"ResumeSendTask", campaigns::resume_task},
       {"StopSendTask", campaigns::stop_task}}};
  for (const auto& [name, control] : kControls) {
    table.add(
        {.name = name,
         .version = kOwnVersion,
         .prepare = [parts, control = control](Call& call) { return control_task(call, parts, control); },
         .codes = kTaskCodes});
  }
}

}  // namespace sesame::actions
