#include "commands/groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <functional>

#include "base/ascii.hpp"
#include "commands/answer_fields.hpp"
#include "commands/commands.hpp"
#include "commands/errors.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kPage = 100;

RemoteGroup decode(const json::object& row) {
  RemoteGroup group;
  group.id = row.at("ReceiverId").to_number<std::uint64_t>();
  group.name = json::value_to<std::string>(row.at("ReceiversName"));
  group.recipients = row.at("Count").to_number<std::uint64_t>();
  group.invalid = row.at("InvalidCount").to_number<std::uint64_t>();
  group.status = row.at("ReceiversStatus").to_number<std::uint64_t>();
  group.created = json::value_to<std::string>(row.at("CreateTime"));
  return group;
}

/// Goes through the groups whose name contains the text, until `look` returns false.
Status for_each_group(ApiClient& client, const std::string& part_of_name,
                      const std::function<bool(RemoteGroup)>& look) {
  for (std::uint64_t offset = 0;; offset += kPage) {
    json::object parameters{{"Offset", offset}, {"Limit", kPage}};
    if (!part_of_name.empty()) parameters["KeyWord"] = part_of_name;
    const Result<json::object> answer = client.ses("ListReceivers", parameters);
    if (!answer) return answer.error();
    const json::array& rows = answer->at("Data").as_array();
    for (const json::value& row : rows) {
      if (!look(decode(row.as_object()))) return Done{};
    }
    if (rows.size() < kPage) return Done{};
  }
}

std::string status_word(std::uint64_t status) {
  switch (status) {
    case 1:
      return "empty";
    case 2:
      return "merging";
    case 3:
      return "ready";
    default:
      return std::to_string(status);
  }
}

}  // namespace

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return ascii::is_digit(c); });
}

Result<RemoteGroup> find_group(ApiClient& client, const GroupReference& reference) {
  std::optional<RemoteGroup> found;
  const bool by_number = reference.id != 0;
  const Status looked = for_each_group(client, by_number ? "" : reference.name, [&](RemoteGroup group) {
    if (by_number ? group.id == reference.id : group.name == reference.name) found = std::move(group);
    return !found;
  });
  if (!looked) return looked.error();
  if (found) return *std::move(found);
  Error missing(by_number ? errors::kGroupNumberMissing : errors::kGroupMissing);
  return std::move(missing)
      .with("value", by_number ? std::to_string(reference.id) : reference.name)
      .with("region", client.access().region);
}

Result<std::vector<RemoteGroup>> all_groups(ApiClient& client) {
  std::vector<RemoteGroup> groups;
  const Status looked = for_each_group(client, "", [&](RemoteGroup group) {
    groups.push_back(std::move(group));
    return true;
  });
  if (!looked) return looked.error();
  return groups;
}

Result<std::uint64_t> create_group(ApiClient& client, const std::string& name,
                                   const std::string& description) {
  json::object parameters{{"ReceiversName", name}};
  if (!description.empty()) parameters["Desc"] = description;
  const Result<json::object> answer = client.ses("CreateReceiver", parameters);
  if (!answer) return answer.error();
  return answer->at("ReceiverId").to_number<std::uint64_t>();
}

namespace {

Status list(Context& context, ApiClient& client, const GroupsCommand& options) {
  const Result<std::vector<RemoteGroup>> all = all_groups(client);
  if (!all) return all.error();
  Table table{{"GROUP", "NAME", "RECIPIENTS", "INVALID", "STATUS", "CREATED"}};
  for (const RemoteGroup& group : *all) {
    table.add({Cell::id(group.id), group.name, Cell::number(group.recipients), Cell::number(group.invalid),
               status_word(group.status), context.terminal.local_time(group.created)});
  }
  if (all->empty() && !options.json) {
    context.terminal.line("no groups in region " + client.access().region +
                          "; `sesame import FILE --group NAME` makes one");
    return Done{};
  }
  context.terminal.table(table, options.json);
  return Done{};
}

Status create(Context& context, ApiClient& client, const GroupsCommand& options) {
  const Result<std::uint64_t> id = create_group(client, options.name, options.description);
  if (!id) return id.error();
  print_done(context, options.json, {{"group", *id}, {"name", options.name}},
             fmt::format("group {}: `{}` is empty; `sesame import FILE --group-id {}` fills it", *id,
                         options.name, *id));
  return Done{};
}

Status show(Context& context, ApiClient& client, const GroupsCommand& options) {
  const Result<RemoteGroup> group = find_group(client, {options.name, options.id});
  if (!group) return group.error();
  json::object parameters{{"ReceiverId", group->id}, {"Offset", options.offset}, {"Limit", options.limit}};
  if (!options.email.empty()) parameters["Email"] = options.email;
  const Result<json::object> answer = client.ses("ListReceiverDetails", parameters);
  if (!answer) return answer.error();
  Table rows{{"ADDRESS", "STATE", "ADDED", "VARIABLES"}};
  for (const json::value& value : answer->at("Data").as_array()) {
    const json::object& row = value.as_object();
    const std::string reason = text_of(row, "Reason");
    rows.add({text_of(row, "Email"), reason.empty() ? "valid" : "malformed: " + reason,
              context.terminal.local_time(text_of(row, "CreateTime")), text_of(row, "TemplateData")});
  }
  if (options.json) {
    context.terminal.line(pretty_json(json::object{{"group", group->id},
                                                   {"name", group->name},
                                                   {"recipients", group->recipients},
                                                   {"invalid", group->invalid},
                                                   {"status", status_word(group->status)},
                                                   {"rows", json::parse(rows.json())}}));
    return Done{};
  }
  context.terminal.line(fmt::format("group {}: `{}`, {} recipients, {} of them malformed, {}", group->id,
                                    group->name, grouped(group->recipients), grouped(group->invalid),
                                    status_word(group->status)));
  if (!rows.empty()) context.terminal.table(rows);
  context.terminal.note(
      fmt::format("{} of {} recipients", rows.size(), grouped(number_of(*answer, "TotalCount"))));
  return Done{};
}

Status remove(Context& context, ApiClient& client, const GroupsCommand& options) {
  const Result<RemoteGroup> group = find_group(client, {options.name, options.id});
  if (!group) return group.error();
  const Result<json::object> answer = client.ses("DeleteReceiver", {{"ReceiverId", group->id}});
  if (!answer) return answer.error();
  print_done(context, options.json, {{"group", group->id}, {"name", group->name}, {"deleted", true}},
             fmt::format("group {}: `{}` and its {} recipients deleted", group->id, group->name,
                         grouped(group->recipients)));
  return Done{};
}

Status run(Context& context, ApiClient& client, const GroupsCommand& options) {
  switch (options.what) {
    case GroupsCommand::What::list:
      return list(context, client, options);
    case GroupsCommand::What::create:
      return create(context, client, options);
    case GroupsCommand::What::show:
      return show(context, client, options);
    case GroupsCommand::What::remove:
      return remove(context, client, options);
  }
  return Done{};
}

}  // namespace

int groups(Context& context, ApiAccess access, const GroupsCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  return client ? exit_status(context, run(context, *client, options)) : fail(context, client.error());
}

}  // namespace sesame::commands
