#include <fmt/format.h>

#include <boost/json.hpp>

#include "commands/commands.hpp"
#include "commands/groups.hpp"
#include "commands/templates.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

Status run(Context& context, ApiClient& client, const SendCommand& options) {
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
