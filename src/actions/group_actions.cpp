#include "actions/errors.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "audience/details.hpp"
#include "audience/errors.hpp"
#include "audience/groups.hpp"
#include "base/beijing_time.hpp"
#include "base/id_text.hpp"
#include "campaigns/tasks.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kGroupCodes[] = {
    {audience::errors::kNameIllegal, "InvalidParameterValue.ReceiverNameIllegal"},
    {audience::errors::kDescriptionIllegal, "InvalidParameterValue.ReceiverDescIllegal"},
    {audience::errors::kNameTaken, "InvalidParameterValue.RepeatReceiverName"},
    {audience::errors::kTooManyGroups, "LimitExceeded.ExceedReceiverLimit"},
    {audience::errors::kGroupMissing, "OperationDenied.ReceiverNotExist"},
    {audience::errors::kGroupOperating, "OperationDenied.ReceiverIsOperating"},
    {errors::kTimeMalformed, "InvalidParameterValue.WrongDate"},
};

json::object encode_group(const audience::Group& group) {
  return {{"ReceiverId", group.id},
          {"ReceiversName", group.name},
          {"Count", group.recipients()},
          {"Desc", group.description},
          {"ReceiversStatus", static_cast<unsigned>(group.status)},
          {"CreateTime", format_beijing_time(group.created_ms)},
          {"InvalidCount", group.invalid}};
}

json::object encode_detail(const audience::Detail& detail, cloudapi::Language language) {
  return {{"Email", detail.address},        {"CreateTime", format_beijing_time(detail.created_ms)},
          {"TemplateData", detail.data},    {"Reason", cloudapi::phrase_in(language, detail.reason)},
          {"Status", detail.valid ? 1 : 2}, {"EmailId", detail.id}};
}

Result<Work> create_receiver(Call& call, std::size_t groups_max) {
  const Fields fields(call.parameters);
  std::optional<std::string> description;
  if (const auto text = fields.maybe_text("Desc")) description = *text;
  return Work::write([scope = call.scope, name = std::string(fields.text("ReceiversName")), description,
                      groups_max, now_ms = call.now_ms](storage::Writer& writer) -> Answer {
    const audience::NewGroup group{name, description};
    const Result<std::int64_t> id = audience::create_group(writer, scope, group, now_ms, groups_max);
    if (!id) return id.error();
    return json::object{{"ReceiverId", *id}};
  });
}

Result<Work> list_receivers(Call& call) {
  const Fields fields(call.parameters);
  audience::GroupFilter filter;
  if (const auto status = fields.maybe_number("Status"))
    filter.status = static_cast<audience::GroupStatus>(*status);
  filter.offset = fields.number("Offset");
  filter.limit = fields.page_limit();
  return Work::read([scope = call.scope, keyword = std::string(fields.text("KeyWord")),
                     filter](storage::Reader& reader) mutable -> Answer {
    filter.keyword = keyword;
    const audience::GroupPage page = audience::list_groups(reader, scope, filter);
    json::array data;
    for (const audience::Group& group : page.groups) data.push_back(encode_group(group));
    return json::object{{"TotalCount", page.total}, {"Data", std::move(data)}};
  });
}

/// A moment, or a day: the end of a range given as a day includes that day.
Result<std::optional<std::int64_t>> moment(const Fields& fields, std::string_view name, bool end_of_day) {
  const std::optional<std::string_view> text = fields.maybe_text(name);
  if (!text || text->empty()) return std::optional<std::int64_t>();
  const Result<std::int64_t> time = parse_beijing_time(*text);
  if (!time) {
    return Error(errors::kTimeMalformed)
        .with("name", std::string(name))
        .with("value", std::string(*text))
        .with("rule", "moment");
  }
  constexpr std::int64_t kDayMs = 86'400'000;
  constexpr std::size_t kDayCharacters = 10;
  const bool is_day = text->size() == kDayCharacters;
  return std::optional<std::int64_t>(end_of_day ? *time + (is_day ? kDayMs : 1000) - 1 : *time);
}

Result<Work> list_receiver_details(Call& call) {
  const Fields fields(call.parameters);
  audience::DetailFilter filter;
  Result<std::optional<std::int64_t>> from = moment(fields, "CreateTimeBegin", false);
  if (!from) return std::move(from).error();
  Result<std::optional<std::int64_t>> to = moment(fields, "CreateTimeEnd", true);
  if (!to) return std::move(to).error();
  filter.created_from_ms = *from;
  filter.created_to_ms = *to;
  if (const auto status = fields.maybe_number("Status")) filter.valid = *status == 1;
  filter.offset = fields.number("Offset");
  filter.limit = fields.page_limit();
  return Work::read([scope = call.scope, id = fields.number("ReceiverId"),
                     address = std::string(fields.text("Email")), filter,
                     language = call.language](storage::Reader& reader) mutable -> Answer {
    filter.address = address;
    Result<audience::DetailPage> page =
        audience::list_details(reader, scope, static_cast<std::int64_t>(id), filter);
    if (!page) return std::move(page).error();
    json::array data;
    for (const audience::Detail& detail : page->details) data.push_back(encode_detail(detail, language));
    return json::object{{"TotalCount", page->total},
                        {"Data", std::move(data)},
                        {"ValidCount", page->valid},
                        {"InvalidCount", page->invalid}};
  });
}

Result<Work> delete_receiver(Call& call, audience::Merger& merger) {
  const auto id = static_cast<std::int64_t>(Fields(call.parameters).number("ReceiverId"));
  return Work::write(
      [scope = call.scope, id, now_ms = call.now_ms](storage::Writer& writer) -> Answer {
        Status status = audience::delete_group(writer, scope, id, now_ms);
        if (!status) return std::move(status).error();
        // A run still reads its recipients. The refusal rolls the deletion back.
        if (campaigns::group_is_mailed(writer, id)) {
          return Error(audience::errors::kGroupOperating).with("value", id_text(id));
        }
        return json::object{};
      },
      [&merger] { merger.wake(); });
}

}  // namespace

void add_group_actions(cloudapi::ActionTable& table, const GroupParts& parts) {
  table.add({.name = "CreateReceiver",
             .version = kSesVersion,
             .prepare = [max = parts.options.groups_max](Call& call) { return create_receiver(call, max); },
             .codes = kGroupCodes});
  table.add(
      {.name = "ListReceivers", .version = kSesVersion, .prepare = list_receivers, .codes = kGroupCodes});
  table.add({.name = "ListReceiverDetails",
             .version = kSesVersion,
             .prepare = list_receiver_details,
             .codes = kGroupCodes});
  table.add({.name = "DeleteReceiver",
             .version = kSesVersion,
             .prepare = [&merger = parts.merger](Call& call) { return delete_receiver(call, merger); },
             .codes = kGroupCodes});
}

}  // namespace sesame::actions
