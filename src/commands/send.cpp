#include <fmt/format.h>

#include <boost/json.hpp>

#include "commands/commands.hpp"
#include "commands/groups.hpp"
#include "commands/templates.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr const char* kOwnVersion = "2026-12-01";

/// Sends an ended task again to some of its recipients.
Status send_again(Context& context, ApiClient& client, const SendCommand& options) {
  const Result<json::object> answer =
      client.call(kOwnVersion, "ResendSendTask",
                  {{"TaskId", options.again}, {"States", json::value_from(options.states)}});
  if (!answer) return answer.error();
  const auto task = answer->at("TaskId").to_number<std::uint64_t>();
  const Result<json::object> made = client.call(kOwnVersion, "GetSendTask", {{"TaskId", task}});
  if (!made) return made.error();
  const auto recipients = made->at("RecipientCount").to_number<std::uint64_t>();
  context.terminal.line(fmt::format("task {}: mailing {} recipients of task {} again", task,
                                    grouped(recipients), options.again));
  return options.watch ? watch_task(context, client, task) : Status(Done{});
}

Status run(Context& context, ApiClient& client, const SendCommand& options) {
  if (options.again != 0) return send_again(context, client, options);
  const Result<RemoteGroup> group = find_group(client, {options.group, options.group_id});
  if (!group) return group.error();
  const Result<std::uint64_t> letter = options.template_id != 0
                                           ? Result<std::uint64_t>(options.template_id)
                                           : find_template(client, options.template_name);
  if (!letter) return letter.error();
  json::object parameters{
      {"FromEmailAddress", options.from},
      {"ReceiverId", group->id},
      {"Subject", options.subject},
      {"TaskType", 1},
      {"Template", json::object{{"TemplateID", *letter}, {"TemplateData", options.data}}}};
  if (!options.reply_to.empty()) parameters["ReplyToAddresses"] = options.reply_to;
  const Result<json::object> answer = client.ses("BatchSendEmail", parameters);
  if (!answer) return answer.error();
  const auto task = answer->at("TaskId").to_number<std::uint64_t>();
  context.terminal.line(fmt::format("task {}: mailing {} recipients of `{}`", task,
                                    grouped(group->recipients - group->invalid), group->name));
  return options.watch ? watch_task(context, client, task) : Status(Done{});
}

}  // namespace

int send(Context& context, ApiAccess access, const SendCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  return client ? exit_status(context, run(context, *client, options)) : fail(context, client.error());
}

}  // namespace sesame::commands
