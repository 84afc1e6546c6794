#include <boost/json.hpp>

#include "base/beijing_time.hpp"
#include "commands/answer_fields.hpp"
#include "commands/commands.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

Status list(Context& context, ApiClient& client, const SendersCommand& options) {
  const Result<json::object> answer = client.ses("ListEmailAddress", {});
  if (!answer) return answer.error();
  Table rows{{"SENDER", "NAME", "SMTP", "CREATED"}};
  for (const json::value& value : answer->at("EmailSenders").as_array()) {
    const json::object& row = value.as_object();
    const auto created_ms = row.at("CreatedTimestamp").to_number<std::int64_t>() * 1000;
    rows.add({text_of(row, "EmailAddress"), text_of(row, "EmailSenderName"),
              Cell::flag(number_of(row, "SmtpPwdType") == 1, "password set", "no"),
              context.terminal.local_time(format_beijing_time(created_ms))});
  }
  if (rows.empty() && !options.json)
    context.terminal.line("no senders in region " + client.access().region +
                          "; `sesame senders add ADDRESS` adds one");
  else
    context.terminal.table(rows, options.json);
  return Done{};
}

Status run(Context& context, ApiClient& client, const SendersCommand& options) {
  using What = SendersCommand::What;
  if (options.what == What::list) return list(context, client, options);
  const bool adds = options.what == What::add;
  json::object parameters{{"EmailAddress", options.address}};
  if (!options.name.empty()) parameters["EmailSenderName"] = options.name;
  const Result<json::object> answer =
      client.ses(adds ? "CreateEmailAddress" : "DeleteEmailAddress", parameters);
  if (!answer) return answer.error();
  json::object done{{"sender", options.address}};
  if (adds)
    done["name"] = options.name;
  else
    done["deleted"] = true;
  print_done(context, options.json, done, options.address + (adds ? " may send" : " deleted"));
  return Done{};
}

}  // namespace

int senders(Context& context, ApiAccess access, const SendersCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  return client ? exit_status(context, run(context, *client, options)) : fail(context, client.error());
}

}  // namespace sesame::commands
