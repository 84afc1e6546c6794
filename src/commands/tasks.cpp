#include <fmt/format.h>

#include <boost/json.hpp>

#include "commands/commands.hpp"
#include "commands/errors.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr const char* kOwnVersion = "2026-12-01";
constexpr std::chrono::milliseconds kPoll{200};
constexpr std::uint64_t kFailed = 7, kFinished = 10;  // SES: SendTaskData.TaskStatus

std::string status_word(std::uint64_t status) {
  switch (status) {
    case 1:
      return "waiting";
    case 5:
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

int list(Context& context, ApiClient& client) {
  const Result<json::object> answer = client.ses("ListSendTasks", {{"Offset", 0}, {"Limit", 100}});
  if (!answer) {
    context.terminal.complain(explain(answer.error()));
    return 1;
  }
  std::vector<std::vector<std::string>> rows{
      {"TASK", "STATUS", "ASKED", "SENT", "WAITING", "GROUP", "SUBJECT", "CREATED"}};
  for (const json::value& value : answer->at("Data").as_array()) {
    const json::object& row = value.as_object();
    rows.push_back({std::to_string(number(row, "TaskId")), status_word(number(row, "TaskStatus")),
                    grouped(number(row, "RequestCount")), grouped(number(row, "SendCount")),
                    grouped(number(row, "CacheCount")), text(row, "ReceiversName"), text(row, "Subject"),
                    text(row, "CreateTime")});
  }
  if (rows.size() == 1) {
    context.terminal.line("no send tasks yet; `sesame send` starts one");
    return 0;
  }
  context.terminal.table(rows);
  return 0;
}

Status control(Context& context, ApiClient& client, const TasksCommand& options) {
  using What = TasksCommand::What;
  const bool pauses = options.what == What::pause, resumes = options.what == What::resume;
  const char* action = pauses ? "PauseSendTask" : resumes ? "ResumeSendTask" : "StopSendTask";
  const Result<json::object> answer = client.call(kOwnVersion, action, {{"TaskId", options.task_id}});
  if (!answer) return answer.error();
  const std::string status = status_word(number(*answer, "TaskStatus"));
  context.terminal.line(fmt::format("task {} is {}", options.task_id, status));
  return Done{};
}

}  // namespace

Status watch_task(Context& context, ApiClient& client, std::uint64_t task_id) {
  Progress progress(context.terminal, "mailing", "mails");
  while (true) {
    const Result<json::object> answer = client.call(kOwnVersion, "GetSendTask", {{"TaskId", task_id}});
    if (!answer) return answer.error();
    const json::object& task = answer->at("Task").as_object();
    const std::uint64_t deferred = number(*answer, "DeferredCount");
    const std::uint64_t recipients = number(*answer, "RecipientCount");
    progress.show(recipients - number(*answer, "WaitingCount"), recipients);
    const std::uint64_t status = number(task, "TaskStatus");
    if (status == kFailed) return Error(errors::kTaskFailed).with("problem", text(task, "ErrMsg"));
    if (status == kFinished) {
      progress.finish();
      context.terminal.note(fmt::format(
          "task {} finished: {} delivered, {} refused, {} dropped, {} deferred, {} not mailed", task_id,
          grouped(number(*answer, "DeliveredCount")), grouped(number(*answer, "RefusedCount")),
          grouped(number(*answer, "DroppedCount")), grouped(deferred),
          grouped(number(*answer, "WithheldCount") + number(*answer, "SkippedCount"))));
      return Done{};
    }
    if (!context.pause.wait(kPoll)) return Error(errors::kStopped);
  }
}

int tasks(Context& context, ApiAccess access, const TasksCommand& options) {
  const auto fail = [&](const Error& error) {
    context.terminal.complain(explain(error));
    return 1;
  };
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  if (!client) return fail(client.error());
  if (options.what != TasksCommand::What::show) {
    const Status status = control(context, *client, options);
    return status ? 0 : fail(status.error());
  }
  if (!options.watch) return list(context, *client);
  std::uint64_t id = options.task_id;
  if (id == 0) {
    const Result<json::object> answer = client->ses("ListSendTasks", {{"Offset", 0}, {"Limit", 1}});
    if (!answer) return fail(answer.error());
    if (answer->at("Data").as_array().empty()) {
      context.terminal.complain("no send tasks yet; `sesame send` starts one");
      return 1;
    }
    id = number(answer->at("Data").as_array().front().as_object(), "TaskId");
  }
  const Status status = watch_task(context, *client, id);
  return status ? 0 : fail(status.error());
}

}  // namespace sesame::commands
