#include <fmt/format.h>

#include <boost/json.hpp>

#include "commands/commands.hpp"
#include "commands/errors.hpp"
#include "commands/task_recipients.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr const char* kOwnVersion = "2026-12-01";
constexpr std::chrono::milliseconds kPoll{200};
constexpr std::uint64_t kWaiting = 1, kSending = 5, kFailed = 7,
                        kFinished = 10;  // SES: SendTaskData.TaskStatus

std::string status_word(std::uint64_t status) {
  switch (status) {
    case kWaiting:
      return "waiting";
    case kSending:
      return "sending";
    case 6:
      return "paused";
    case kFailed:
      return "failed";
    case kFinished:
      return "finished";
    default:
      return std::to_string(status);
  }
}

std::uint64_t number(const json::object& row, std::string_view name) {
  return row.at(name).to_number<std::uint64_t>();
}
std::string text(const json::object& row, std::string_view name) {
  return json::value_to<std::string>(row.at(name));
}

/// "the relay cannot be reached: connection refused (since 2026-11-23 21:05:00 +01:00)"; empty when nothing
/// holds the task back.
std::string held_back_text(const Context& context, const json::object& answer) {
  std::string why = text(answer, "HeldBack");
  if (why.empty()) return why;
  return why + " (since " + context.terminal.local_time(text(answer, "HeldBackSince")) + ")";
}

/// "260 wait: the relay cannot be reached: connection refused (since 2026-11-23 21:05:00 +01:00)", for each
/// reason.
std::string waiting_text(const Context& context, const json::object& answer) {
  std::string all;
  for (const json::value& value : answer.at("WaitingReasons").as_array()) {
    const json::object& reason = value.as_object();
    all += fmt::format("{}{} wait: {} (since {})", all.empty() ? "" : "; ", grouped(number(reason, "Count")),
                       text(reason, "Text"), context.terminal.local_time(text(reason, "Since")));
  }
  return all;
}

/// The reason why a task has not begun: what holds it back, or its time.
std::string waiting_for(const Context& context, const json::object& answer) {
  const std::string held = text(answer, "HeldBack");
  if (!held.empty()) return held;
  const json::object& task = answer.at("Task").as_object();
  for (const char* form : {"TimedParam", "CycleParam"}) {
    const json::value* times = task.if_contains(form);
    if (times != nullptr && times->is_object() && !text(times->get_object(), "BeginTime").empty())
      return "begins at " + context.terminal.local_time(text(times->get_object(), "BeginTime"));
  }
  return "";
}

/// The API has one status for a task that failed and one that somebody stopped; its text tells them apart.
bool is_stopped(const json::object& task) { return text(task, "ErrMsg").starts_with("stopped on request"); }

std::string shown_status(const json::object& task) {
  return is_stopped(task) ? "stopped" : status_word(number(task, "TaskStatus"));
}

Status list(Context& context, ApiClient& client, const TasksCommand& options) {
  const Result<json::object> answer = client.ses("ListSendTasks", {{"Offset", 0}, {"Limit", 100}});
  if (!answer) return answer.error();
  Table rows{{"TASK", "STATUS", "ASKED", "SENT", "WAITING", "GROUP", "SUBJECT", "CREATED", "WHY"}};
  for (const json::value& value : answer->at("Data").as_array()) {
    const json::object& row = value.as_object();
    std::string why = text(row, "ErrMsg");
    const std::uint64_t status = number(row, "TaskStatus");
    if (number(row, "CacheCount") > 0 || status == kWaiting) {
      const Result<json::object> one =
          client.call(kOwnVersion, "GetSendTask", {{"TaskId", number(row, "TaskId")}});
      if (!one) return one.error();
      const std::string waits = status == kWaiting ? waiting_for(context, *one) : waiting_text(context, *one);
      if (!waits.empty()) why += (why.empty() ? "" : "; ") + waits;
    }
    rows.add({Cell::id(number(row, "TaskId")), shown_status(row), Cell::number(number(row, "RequestCount")),
              Cell::number(number(row, "SendCount")), Cell::number(number(row, "CacheCount")),
              text(row, "ReceiversName"), text(row, "Subject"),
              context.terminal.local_time(text(row, "CreateTime")), why});
  }
  if (rows.empty() && !options.json) {
    context.terminal.line("no send tasks yet; `sesame send` starts one");
    return Done{};
  }
  context.terminal.table(rows, options.json);
  return Done{};
}

Status control(Context& context, ApiClient& client, const TasksCommand& options) {
  using What = TasksCommand::What;
  const bool pauses = options.what == What::pause, resumes = options.what == What::resume;
  const char* action = pauses ? "PauseSendTask" : resumes ? "ResumeSendTask" : "StopSendTask";
  const Result<json::object> answer = client.call(kOwnVersion, action, {{"TaskId", options.task_id}});
  if (!answer) return answer.error();
  const std::string status =
      options.what == What::stop ? "stopped" : status_word(number(*answer, "TaskStatus"));
  context.terminal.line(fmt::format("task {} is {}", options.task_id, status));
  return Done{};
}

std::string counts(const json::object& answer) {
  return fmt::format("{} delivered, {} refused, {} dropped, {} deferred, {} not mailed",
                     grouped(number(answer, "DeliveredCount")), grouped(number(answer, "RefusedCount")),
                     grouped(number(answer, "DroppedCount")), grouped(number(answer, "DeferredCount")),
                     grouped(number(answer, "WithheldCount") + number(answer, "SkippedCount")));
}

/// The end of a task that is failed or finished.
Status ended(Context& context, std::uint64_t task_id, const json::object& answer) {
  const json::object& task = answer.at("Task").as_object();
  if (is_stopped(task)) {
    return Error(errors::kTaskStopped)
        .with("problem", fmt::format("task {} was {}: {}", task_id, text(task, "ErrMsg"), counts(answer)));
  }
  if (number(task, "TaskStatus") == kFailed)
    return Error(errors::kTaskFailed).with("problem", text(task, "ErrMsg"));
  context.terminal.note(fmt::format("task {} finished: {}", task_id, counts(answer)));
  return Done{};
}

Result<std::uint64_t> newest_task(ApiClient& client) {
  const Result<json::object> answer = client.ses("ListSendTasks", {{"Offset", 0}, {"Limit", 1}});
  if (!answer) return answer.error();
  const json::array& rows = answer->at("Data").as_array();
  if (rows.empty()) return Error(errors::kNoTasks);
  return number(rows.front().as_object(), "TaskId");
}

Status run(Context& context, ApiClient& client, const TasksCommand& options) {
  if (options.what == TasksCommand::What::recipients) return show_recipients(context, client, options);
  if (options.what != TasksCommand::What::show) return control(context, client, options);
  if (!options.watch) return list(context, client, options);
  const Result<std::uint64_t> id =
      options.task_id != 0 ? Result<std::uint64_t>(options.task_id) : newest_task(client);
  return id ? watch_task(context, client, *id) : Status(id.error());
}

}  // namespace

Status watch_task(Context& context, ApiClient& client, std::uint64_t task_id) {
  Progress progress(context.terminal, "mailing", "mails");
  while (true) {
    const Result<json::object> answer = client.call(kOwnVersion, "GetSendTask", {{"TaskId", task_id}});
    if (!answer && !answer.error().is(errors::kStopped)) return answer.error();
    if (answer) {
      const json::object& task = answer->at("Task").as_object();
      const std::uint64_t recipients = number(*answer, "RecipientCount");
      progress.show(recipients - number(*answer, "WaitingCount"), recipients,
                    held_back_text(context, *answer));
      const std::uint64_t status = number(task, "TaskStatus");
      if (status == kFailed || status == kFinished) {
        progress.finish();
        return ended(context, task_id, *answer);
      }
    }
    if (!answer || !context.pause.wait(kPoll)) {
      progress.finish();
      return Error(errors::kNotWatching).with("value", std::to_string(task_id));
    }
  }
}

int tasks(Context& context, ApiAccess access, const TasksCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  return client ? exit_status(context, run(context, *client, options)) : fail(context, client.error());
}

}  // namespace sesame::commands
