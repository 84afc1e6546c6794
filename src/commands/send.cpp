#include <fmt/format.h>

#include <boost/json.hpp>

#include "commands/commands.hpp"
#include "commands/groups.hpp"

namespace sesame::commands {

namespace json = boost::json;

int send(Context& context, ApiAccess access, const SendCommand& options) {
  const auto fail = [&](const Error& error) {
    context.terminal.complain(explain(error));
    return 1;
  };
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  if (!client) return fail(client.error());
  const Result<RemoteGroup> group = find_group(*client, options.group);
  if (!group) return fail(group.error());
  json::object parameters{
      {"FromEmailAddress", options.from},
      {"ReceiverId", group->id},
      {"Subject", options.subject},
      {"TaskType", 1},
      {"Template", json::object{{"TemplateID", options.template_id}, {"TemplateData", options.data}}}};
  if (!options.reply_to.empty()) parameters["ReplyToAddresses"] = options.reply_to;
  const Result<json::object> answer = client->ses("BatchSendEmail", parameters);
  if (!answer) return fail(answer.error());
  const auto task = answer->at("TaskId").to_number<std::uint64_t>();
  context.terminal.line(fmt::format("task {}: mailing {} recipients of `{}`", task,
                                    grouped(group->recipients - group->invalid), group->name));
  if (!options.watch) return 0;
  const Status status = watch_task(context, *client, task);
  return status ? 0 : fail(status.error());
}

}  // namespace sesame::commands
