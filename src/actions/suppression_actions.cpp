#include "actions/errors.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "audience/custom_blocks.hpp"
#include "audience/errors.hpp"
#include "audience/hard_bounces.hpp"
#include "base/beijing_time.hpp"
#include "base/utf8.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kSuppressionCodes[] = {
    {errors::kDateMalformed, "InvalidParameterValue.WrongDate"},
    {audience::errors::kBlockExpired, "InvalidParameterValue.WrongDate"},
    {audience::errors::kBlockAddress, "InvalidParameterValue.IllegalEmailAddress"},
    {audience::errors::kCustomBlockMissing, "InvalidParameterValue"},
    {audience::errors::kBlockRepeated, "InvalidParameterValue"},
    {audience::errors::kTooManyBlocks, "LimitExceeded"},
};

/// The cloud's answer has no member for it.
constexpr std::string_view kSimulatedMark = "[simulated] ";
constexpr std::size_t kReplyBytes = 128;  // SES: BlackEmailAddress.IspDesc, by its samples.

Error wrong_date(const char* name, std::string_view value, const char* rule) {
  return Error(errors::kDateMalformed)
      .with("name", name)
      .with("value", std::string(value))
      .with("rule", rule);
}

/// SES: ExpireDate, absent or empty for ever.
Result<std::optional<std::int64_t>> read_last_day(const Fields& fields) {
  const std::string_view text = fields.text("ExpireDate");
  if (text.empty()) return std::optional<std::int64_t>();
  const Result<std::int64_t> day = parse_beijing_day(text);
  if (!day) return wrong_date("ExpireDate", text, "date");
  return std::optional<std::int64_t>(*day);
}

std::string date_of(const std::optional<std::int64_t>& day) {
  return day ? format_beijing_date(beijing_day_start_ms(*day)) : std::string();
}

Result<Work> list_black_email_address(Call& call, const SuppressionParts& parts) {
  const Fields fields(call.parameters);
  const Result<std::int64_t> first = parse_beijing_day(fields.text("StartDate"));
  const Result<std::int64_t> last = parse_beijing_day(fields.text("EndDate"));
  if (!first) return wrong_date("StartDate", fields.text("StartDate"), "date");
  if (!last) return wrong_date("EndDate", fields.text("EndDate"), "date");
  if (*last < *first) return wrong_date("EndDate", fields.text("EndDate"), "day_order");
  audience::HardBounceFilter filter;
  filter.from_ms = beijing_day_start_ms(*first);
  filter.to_ms = beijing_day_start_ms(*last + 1);
  filter.offset = fields.number("Offset");
  filter.limit = fields.page_limit();
  return Work::read([scope = call.scope, filter, address = std::string(fields.text("EmailAddress")),
                     rules = parts.rules, now_ms = call.now_ms](storage::Reader& reader) mutable -> Answer {
    filter.address = address;
    const audience::HardBouncePage page = audience::list_hard_bounces(reader, scope, filter, rules, now_ms);
    json::array rows;
    for (const audience::HardBounce& bounce : page.bounces) {
      const bool of_others = bounce.bounced_ms == 0;
      const std::string reply =
          (bounce.simulated ? std::string(kSimulatedMark) : std::string()) + bounce.reply;
      rows.push_back(json::object{{"BounceTime", of_others ? "" : format_beijing_time(bounce.bounced_ms)},
                                  {"EmailAddress", bounce.address},
                                  {"IspDesc", utf8::truncate(reply, kReplyBytes)}});
    }
    return json::object{{"BlackList", std::move(rows)}, {"TotalCount", page.total}};
  });
}

Result<Work> delete_black_list(Call& call) {
  return Work::bulk([scope = call.scope, addresses = Fields(call.parameters).texts("EmailAddressList"),
                     now_ms = call.now_ms](storage::Writer& writer) -> Answer {
    audience::delete_hard_bounces(writer, scope, addresses, now_ms);
    return json::object{};
  });
}

Result<Work> create_custom_blacklist(Call& call, const SuppressionParts& parts) {
  const Fields fields(call.parameters);
  const Result<std::optional<std::int64_t>> last_day = read_last_day(fields);
  if (!last_day) return last_day.error();
  return Work::bulk([scope = call.scope, addresses = fields.texts("Emails"), last_day = *last_day,
                     now_ms = call.now_ms, max = parts.blocks.blocks_max](storage::Writer& writer) -> Answer {
    const Result<audience::BlockCounts> counts =
        audience::add_custom_blocks(writer, scope, addresses, last_day, now_ms, max);
    if (!counts) return counts.error();
    return json::object{{"TotalCount", counts->total},
                        {"ValidCount", counts->valid},
                        {"TooLongCount", counts->too_long},
                        {"RepeatCount", counts->repeat},
                        {"InvalidCount", counts->invalid}};
  });
}

json::object encode_block(const audience::CustomBlock& block) {
  return {{"Id", block.id},
          {"Email", block.address},
          {"CreateTime", format_beijing_time(block.created_ms)},
          {"ExpireDate", date_of(block.last_day)},
          {"Status", block.active ? 1 : 0}};
}

Result<Work> list_custom_blacklist(Call& call) {
  const Fields fields(call.parameters);
  audience::CustomBlockFilter filter;
  constexpr std::uint64_t kAll = 2;  // SES: ListCustomBlacklist.Status
  if (const std::uint64_t status = fields.number("Status"); status != kAll) filter.active = status == 1;
  filter.offset = fields.number("Offset");
  filter.limit = fields.page_limit();
  return Work::read([scope = call.scope, filter, address = std::string(fields.text("Email")),
                     now_ms = call.now_ms](storage::Reader& reader) mutable -> Answer {
    filter.address = address;
    const audience::CustomBlockPage page = audience::list_custom_blocks(reader, scope, filter, now_ms);
    json::array data;
    for (const audience::CustomBlock& block : page.blocks) data.push_back(encode_block(block));
    return json::object{{"TotalCount", page.total}, {"Data", std::move(data)}};
  });
}

Result<Work> update_custom_black_list(Call& call) {
  const Fields fields(call.parameters);
  const Result<std::optional<std::int64_t>> last_day = read_last_day(fields);
  if (!last_day) return last_day.error();
  return Work::write([scope = call.scope, id = static_cast<std::int64_t>(fields.number("Id")),
                      address = std::string(fields.text("Email")), last_day = *last_day,
                      now_ms = call.now_ms](storage::Writer& writer) -> Answer {
    Status status = audience::change_custom_block(writer, scope, id, address, last_day, now_ms);
    if (!status) return std::move(status).error();
    return json::object{};
  });
}

Result<Work> delete_custom_black_list(Call& call) {
  return Work::bulk([scope = call.scope,
                     addresses = Fields(call.parameters).texts("Emails")](storage::Writer& writer) -> Answer {
    audience::remove_custom_blocks(writer, scope, addresses);
    return json::object{};
  });
}

}  // namespace

void add_suppression_actions(cloudapi::ActionTable& table, const SuppressionParts& parts) {
  table.add({.name = "ListBlackEmailAddress",
             .version = kSesVersion,
             .prepare = [parts](Call& call) { return list_black_email_address(call, parts); },
             .codes = kSuppressionCodes});
  table.add({.name = "DeleteBlackList",
             .version = kSesVersion,
             .prepare = delete_black_list,
             .codes = kSuppressionCodes});
  table.add({.name = "CreateCustomBlacklist",
             .version = kSesVersion,
             .prepare = [parts](Call& call) { return create_custom_blacklist(call, parts); },
             .codes = kSuppressionCodes});
  table.add({.name = "ListCustomBlacklist",
             .version = kSesVersion,
             .prepare = list_custom_blacklist,
             .codes = kSuppressionCodes});
  table.add({.name = "UpdateCustomBlackList",
             .version = kSesVersion,
             .prepare = update_custom_black_list,
             .codes = kSuppressionCodes});
  table.add({.name = "DeleteCustomBlackList",
             .version = kSesVersion,
             .prepare = delete_custom_black_list,
             .codes = kSuppressionCodes});
}

}  // namespace sesame::actions
