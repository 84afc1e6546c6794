#include "commands/mail_parameters.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "commands/answer_fields.hpp"
#include "commands/groups.hpp"
#include "commands/pretty_json.hpp"
#include "commands/templates.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

/// The variables of the first recipient that could be mailed; "{}" for a group without data.
Result<std::string> sample_data(ApiClient& client, const SendCommand& options) {
  const Result<RemoteGroup> group = find_group(client, {options.group, options.group_id});
  if (!group) return group.error();
  const Result<json::object> answer = client.ses(
      "ListReceiverDetails", {{"ReceiverId", group->id}, {"Offset", 0}, {"Limit", 1}, {"Status", 1}});
  if (!answer) return answer.error();
  const json::array& rows = answer->at("Data").as_array();
  const std::string data = rows.empty() ? "" : text_of(rows.front().as_object(), "TemplateData");
  return data.empty() ? "{}" : data;
}

}  // namespace

Result<json::object> mail_parameters(ApiClient& client, const SendCommand& options) {
  const Result<std::uint64_t> letter = options.template_id != 0
                                           ? Result<std::uint64_t>(options.template_id)
                                           : find_template(client, options.template_name);
  if (!letter) return letter.error();
  const std::string data = options.data.empty() ? "{}" : options.data;
  json::object parameters{{"FromEmailAddress", options.from},
                          {"Subject", options.subject},
                          {"Template", json::object{{"TemplateID", *letter}, {"TemplateData", data}}}};
  if (!options.reply_to.empty()) parameters["ReplyToAddresses"] = options.reply_to;
  if (options.unsubscribe) parameters["Unsubscribe"] = std::to_string(*options.unsubscribe);
  return parameters;
}

Status send_test_mail(Context& context, ApiClient& client, const SendCommand& options) {
  SendCommand order = options;
  const bool has_group = !options.group.empty() || options.group_id != 0;
  if (options.data.empty() && has_group) {
    Result<std::string> sample = sample_data(client, options);
    if (!sample) return std::move(sample).error();
    order.data = std::move(*sample);
  }
  Result<json::object> parameters = mail_parameters(client, order);
  if (!parameters) return std::move(parameters).error();
  (*parameters)["Destination"] = json::array{json::value(json::string(options.test))};
  const Result<json::object> answer = client.ses("SendEmail", *parameters);
  if (!answer) return answer.error();
  const std::string mail = text_of(*answer, "MessageId");
  if (options.json)
    context.terminal.line(pretty_json(json::object{{"mail", mail}, {"to", options.test}}));
  else
    context.terminal.line(fmt::format("mail {}: accepted for {}", mail, options.test));
  return Done{};
}

}  // namespace sesame::commands
