#include <charconv>
#include <utility>

#include "accounts/audit_list.hpp"
#include "accounts/errors.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "actions/grants.hpp"
#include "base/beijing_time.hpp"
#include "cloudapi/errors.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kAuditCodes[] = {{accounts::errors::kUnknown, "ResourceNotFound"}};

Error illegal(const char* name, std::string_view value, const char* rule) {
  return Error(cloudapi::errors::kValue)
      .with("name", name)
      .with("value", std::string(value))
      .with("rule", rule);
}

json::object encode(const accounts::ListedEntry& listed) {
  const accounts::AuditEntry& entry = listed.entry;
  return {{"EntryId", listed.id},      {"Time", format_beijing_time(entry.at_ms)},
          {"AppId", listed.app_id},    {"ActorType", accounts::actor_kind_name(entry.actor_kind)},
          {"Actor", entry.actor},      {"ActorAppId", listed.actor_app_id},
          {"Client", entry.client},    {"Peer", entry.peer},
          {"Action", entry.action},    {"Target", entry.target},
          {"Code", entry.code},        {"Count", entry.count},
          {"CallId", entry.request_id}};
}

Result<accounts::AuditQuery> read_query(const Fields& fields) {
  accounts::AuditQuery query;
  query.actor = fields.text("Actor");
  query.action = fields.text("ActionName");
  query.limit = fields.page_limit();
  if (const std::string_view from = fields.text("StartTime"); !from.empty()) {
    const Result<std::int64_t> moment = parse_beijing_time(from);
    if (!moment) return illegal("StartTime", from, "datetime");
    query.from_ms = *moment;
  }
  if (const std::string_view until = fields.text("EndTime"); !until.empty()) {
    const Result<std::int64_t> moment = parse_beijing_time(until);
    if (!moment) return illegal("EndTime", until, "datetime");
    query.until_ms = moment_end_ms(until, *moment);
  }
  if (const std::string_view position = fields.text("Position"); !position.empty()) {
    std::int64_t id = 0;
    const char* const end = position.data() + position.size();
    const auto read = std::from_chars(position.data(), end, id);
    if (read.ec != std::errc() || read.ptr != end) return illegal("Position", position, "position");
    query.before_id = id;
  }
  return query;
}

Result<Work> list_entries(Call& call) {
  const Result<TargetAccount> target = TargetAccount::of(call);
  if (!target) return target.error();
  Result<accounts::AuditQuery> read = read_query(Fields(call.parameters));
  if (!read) return std::move(read).error();
  return Work::read([target = *target, query = std::move(*read)](storage::Reader& reader) -> Answer {
    const Result<std::int64_t> account_id = target.find(reader);
    if (!account_id) return account_id.error();
    accounts::AuditQuery wanted = query;
    wanted.account_id = *account_id;
    const accounts::AuditPage page = accounts::list_audit_entries(reader, wanted);
    json::array data;
    for (const accounts::ListedEntry& listed : page.entries) data.push_back(encode(listed));
    return json::object{{"Data", std::move(data)},
                        {"Position", page.next ? std::to_string(*page.next) : std::string()},
                        {"ScannedCount", page.scanned}};
  });
}

}  // namespace

void add_audit_action(cloudapi::ActionTable& table) {
  table.add(
      {.name = "ListAuditEntries", .version = kOwnVersion, .prepare = list_entries, .codes = kAuditCodes});
}

}  // namespace sesame::actions
