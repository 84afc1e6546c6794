#include "commands/groups.hpp"

#include <algorithm>
#include <boost/json.hpp>

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
  return group;
}

bool is_number(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Result<RemoteGroup> find_group(ApiClient& client, const std::string& name_or_id) {
  for (std::uint64_t offset = 0;; offset += kPage) {
    json::object parameters{{"Offset", offset}, {"Limit", kPage}};
    if (!is_number(name_or_id)) parameters["KeyWord"] = name_or_id;
    const Result<json::object> answer = client.ses("ListReceivers", parameters);
    if (!answer) return answer.error();
    const json::array& rows = answer->at("Data").as_array();
    for (const json::value& row : rows) {
      RemoteGroup group = decode(row.as_object());
      if (group.name == name_or_id || std::to_string(group.id) == name_or_id) return group;
    }
    if (rows.size() < kPage) return Error(errors::kGroupMissing).with("value", name_or_id);
  }
}

Result<std::uint64_t> create_group(ApiClient& client, const std::string& name,
                                   const std::string& description) {
  json::object parameters{{"ReceiversName", name}};
  if (!description.empty()) parameters["Desc"] = description;
  const Result<json::object> answer = client.ses("CreateReceiver", parameters);
  if (!answer) return answer.error();
  return answer->at("ReceiverId").to_number<std::uint64_t>();
}

}  // namespace sesame::commands
