#include <array>
#include <memory>

#include "actions/batch_request.hpp"
#include "actions/call_origin.hpp"
#include "actions/families.hpp"
#include "actions/task_states.hpp"
#include "base/beijing_time.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/launch.hpp"
#include "campaigns/resend.hpp"
#include "campaigns/task_control.hpp"
#include "campaigns/tasks.hpp"
#include "campaigns/waiting.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

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
  Result<BatchRequest> decoded = decode_batch(call, parts.rules);
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
                 std::optional<messages::Standstill> standstill, const campaigns::PassedOver& passed_over,
                 cloudapi::Language language) {
  const auto text_of = [&](messages::WaitingReason reason) {
    std::string text = cloudapi::phrase_in(language, messages::explain(reason));
    std::string more;
    if (reason == messages::WaitingReason::destination) more = passed_over.text;
    if (standstill && standstill->reason == reason) more = standstill->text;
    return more.empty() ? text : text + ": " + more;
  };
  json::array reasons;
  for (const campaigns::WaitingRecipients& each :
       campaigns::list_waiting(reader, task, standstill, passed_over)) {
    reasons.push_back(json::object{{"Reason", messages::name_of(each.reason)},
                                   {"Count", each.count},
                                   {"Since", format_beijing_time(each.since_ms)},
                                   {"Text", text_of(each.reason)}});
  }
  answer["WaitingReasons"] = std::move(reasons);
  if (!standstill && all_passed_over(task, passed_over))
    standstill = messages::Standstill{messages::WaitingReason::destination,
                                      std::max(task.started_ms, passed_over.since_ms), passed_over.text};
  const bool held = standstill && standstill->reason == messages::WaitingReason::held;
  const bool held_back = (standstill && task.status == campaigns::TaskStatus::sending) ||
                         (held && task.status == campaigns::TaskStatus::waiting);
  answer["HeldBack"] = held_back ? text_of(standstill->reason) : std::string();
  answer["HeldBackSince"] = held_back ? format_beijing_time(standstill->since_ms) : std::string();
}

void add_caps(json::object& answer, const campaigns::Task& task, std::int64_t now_ms) {
  answer["MailsPerHour"] = task.caps.mails_per_hour;
  answer["MailsPerDay"] = task.caps.mails_per_day;
  answer["SpreadHours"] = task.caps.spread_hours;
  const auto end_ms = campaigns::capped_end_ms(task, now_ms);
  answer["EstimatedEndTime"] = end_ms ? format_beijing_time(*end_ms) : std::string();
}

Result<Work> get_send_task(Call& call, const TaskParts& parts) {
  const auto id = static_cast<std::int64_t>(Fields(call.parameters).number("TaskId"));
  return Work::quick_read([scope = call.scope, id, language = call.language, now_ms = call.now_ms,
                           standstill = parts.standstill(),
                           passed_over = parts.passed_over()](storage::Reader& reader) -> Answer {
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
    answer["OrderedInSandbox"] = task->sandboxed;
    answer["LeftOutCount"] = task->left_out;
    answer["StartTime"] = task->started_ms == 0 ? std::string() : format_beijing_time(task->started_ms);
    answer["FinishTime"] = task->finished_ms ? format_beijing_time(*task->finished_ms) : std::string();
    answer["Call"] = encode_origin(task->call);
    add_caps(answer, *task, now_ms);
    const auto passed = passed_over->find(task->run_id);
    add_waiting(answer, reader, *task, standstill,
                passed == passed_over->end() ? campaigns::PassedOver{} : passed->second, language);
    return answer;
  });
}

Result<Work> resend_send_task(Call& call, const TaskParts& parts) {
  const Fields fields(call.parameters);
  campaigns::ResendOrder order;
  order.scope = call.scope;
  order.app_id = call.app_id;
  order.call = origin_of(call);
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

Result<Work> update_send_task(Call& call, const TaskParts& parts) {
  const Fields fields(call.parameters);
  campaigns::TaskChanges changes;
  if (fields.has("BeginTime")) {
    const Result<std::int64_t> begin_ms = read_begin(fields, "BeginTime", call.now_ms);
    if (!begin_ms) return begin_ms.error();
    changes.begin_ms = *begin_ms;
  }
  changes.interval_hours = fields.maybe_number("IntervalTime");
  changes.mails_per_hour = fields.maybe_number("MailsPerHour");
  changes.mails_per_day = fields.maybe_number("MailsPerDay");
  changes.spread_hours = fields.maybe_number("SpreadHours");
  if (!changes.any()) return Error(errors::kNothingToChange);
  const auto id = static_cast<std::int64_t>(fields.number("TaskId"));
  return Work::write(
      [scope = call.scope, id, changes, now_ms = call.now_ms,
       language = call.language](storage::Writer& writer) -> Answer {
        if (Status status = campaigns::change_task(writer, scope, id, changes, now_ms); !status)
          return std::move(status).error();
        const Result<campaigns::Task> task = campaigns::get_task(writer, scope, id);
        if (!task) return task.error();
        json::object answer{{"Task", encode_task(*task, language)}};
        add_caps(answer, *task, now_ms);
        return answer;
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
  table.add({.name = "UpdateSendTask",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return update_send_task(call, parts); },
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
