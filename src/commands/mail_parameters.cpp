#include "commands/mail_parameters.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json.hpp>
#include <set>
#include <string>

#include "commands/answer_fields.hpp"
#include "commands/groups.hpp"
#include "commands/pretty_json.hpp"
#include "commands/templates.hpp"
#include "content/template.hpp"

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

/// The recipient's data with those of the task, as BatchSendEmail joins them: the recipient's win. The server
/// refuses data that are not an object.
std::string merged(std::string recipient, const std::string& task) {
  boost::system::error_code fault;
  json::value own = json::parse(recipient, fault);
  json::value more = json::parse(task.empty() ? "{}" : task, fault);
  if (fault || !own.is_object() || !more.is_object()) return task.empty() ? recipient : task;
  for (const auto& [name, value] : more.get_object()) own.get_object().emplace(name, value);
  return json::serialize(own);
}

/// Names the variables of subject and template that the mail has no value for: its reader would see them.
void note_missing_values(Context& context, ApiClient& client, const json::object& parameters) {
  const json::object& letter = parameters.at("Template").as_object();
  const Result<json::object> found =
      client.ses("GetEmailTemplate", {{"TemplateID", letter.at("TemplateID")}});
  boost::system::error_code fault;
  const json::value data = json::parse(text_of(letter, "TemplateData"), fault);
  if (!found || fault || !data.is_object()) return;
  std::set<std::string> missing;
  const json::object& content = found->at("TemplateContent").as_object();
  const Result<std::string> html = part_of(content, "Html"), text = part_of(content, "Text");
  for (const std::string& source :
       {text_of(parameters, "Subject"), html ? *html : "", text ? *text : std::string()}) {
    const content::Template read(source);
    for (const std::string& name : read.names()) {
      if (!data.get_object().contains(name)) missing.insert(name);
    }
  }
  if (!missing.empty())
    context.terminal.note(fmt::format("no value for {}: the mail shows {} as written; --data gives one",
                                      fmt::join(missing, ", "), missing.size() == 1 ? "it" : "them"));
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
  if (!options.group.empty() || options.group_id != 0) {
    Result<std::string> sample = sample_data(client, options);
    if (!sample) return std::move(sample).error();
    order.data = merged(std::move(*sample), options.data);
  }
  Result<json::object> parameters = mail_parameters(client, order);
  if (!parameters) return std::move(parameters).error();
  note_missing_values(context, client, *parameters);
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
