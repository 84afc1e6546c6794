#include "commands/templates.hpp"

#include <boost/json.hpp>

#include "base/beijing_time.hpp"
#include "commands/commands.hpp"
#include "commands/errors.hpp"
#include "commands/groups.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kPage = 100;

std::string status_word(std::uint64_t status) {
  switch (status) {
    case 0:
      return "approved";
    case 1:
      return "pending";
    case 2:
      return "refused";
    default:
      return std::to_string(status);
  }
}

}  // namespace

Result<std::vector<RemoteTemplate>> all_templates(ApiClient& client) {
  std::vector<RemoteTemplate> all;
  for (std::uint64_t offset = 0;; offset += kPage) {
    const Result<json::object> answer =
        client.ses("ListEmailTemplates", {{"Offset", offset}, {"Limit", kPage}});
    if (!answer) return answer.error();
    const json::array& rows = answer->at("TemplatesMetadata").as_array();
    for (const json::value& value : rows) {
      const json::object& row = value.as_object();
      all.push_back({row.at("TemplateID").to_number<std::uint64_t>(),
                     json::value_to<std::string>(row.at("TemplateName")),
                     row.at("TemplateStatus").to_number<std::uint64_t>(),
                     row.at("CreatedTimestamp").to_number<std::int64_t>()});
    }
    if (rows.size() < kPage) return all;
  }
}

Result<std::uint64_t> find_template(ApiClient& client, const std::string& name_or_number) {
  const Result<std::vector<RemoteTemplate>> all = all_templates(client);
  if (!all) return all.error();
  std::vector<std::uint64_t> meant;
  for (const RemoteTemplate& each : *all) {
    if (each.name == name_or_number || std::to_string(each.id) == name_or_number) meant.push_back(each.id);
  }
  if (meant.size() == 1) return meant.front();
  if (meant.empty()) {
    // The server says what is wrong with a number.
    if (is_number(name_or_number) && name_or_number.size() < 19) return std::stoull(name_or_number);
    return Error(errors::kTemplateMissing)
        .with("value", name_or_number)
        .with("region", client.access().region);
  }
  std::string numbers;
  for (const std::uint64_t id : meant) numbers += (numbers.empty() ? "" : ", ") + std::to_string(id);
  return Error(errors::kTemplateAmbiguous).with("value", name_or_number).with("numbers", numbers);
}

int templates(Context& context, ApiAccess access, const TemplatesCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  if (!client) return fail(context, client.error());
  const Result<std::vector<RemoteTemplate>> all = all_templates(*client);
  if (!all) return fail(context, all.error());
  Table table{{"TEMPLATE", "NAME", "STATUS", "CREATED"}};
  for (const RemoteTemplate& each : *all)
    table.add({Cell::id(each.id), each.name, status_word(each.status),
               context.terminal.local_time(format_beijing_time(each.created_s * 1000))});
  if (all->empty() && !options.json) {
    context.terminal.line("no templates in region " + client->access().region +
                          "; `sesame call CreateEmailTemplate --help` says how to make one");
    return kExitDone;
  }
  context.terminal.table(table, options.json);
  return kExitDone;
}

}  // namespace sesame::commands
