#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/beijing_time.hpp"
#include "commands/commands.hpp"
#include "commands/environment.hpp"
#include "server/audit_check.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr const char* kOwnVersion = "2026-12-01";
constexpr std::uint64_t kPage = 100;

std::string text(const json::object& row, std::string_view name) {
  return json::value_to<std::string>(row.at(name));
}

/// Users by name, credentials by id; others by what they are.
std::string actor_of(const json::object& row) {
  std::string actor = text(row, "Actor");
  if (actor.empty()) actor = text(row, "ActorType");
  const auto own = row.at("AppId").to_number<std::uint64_t>();
  const auto theirs = row.at("ActorAppId").to_number<std::uint64_t>();
  return theirs == 0 || theirs == own ? actor : actor + fmt::format(" (account {})", theirs);
}

void add_row(Context& context, Table& rows, const json::object& row) {
  rows.add({Cell::id(row.at("EntryId").to_number<std::uint64_t>()),
            context.terminal.local_time(text(row, "Time")), actor_of(row), text(row, "Client"),
            text(row, "Peer"), text(row, "Action"), text(row, "Target"), text(row, "Code"),
            Cell::number(row.at("Count").to_number<std::uint64_t>())});
}

Status list(Context& context, ApiClient& client, const AuditCommand& options) {
  Table rows{{"ENTRY", "TIME", "ACTOR", "CLIENT", "PEER", "ACTION", "TARGET", "CODE", "COUNT"}};
  json::object parameters;
  if (!options.actor.empty()) parameters["Actor"] = options.actor;
  if (!options.action.empty()) parameters["ActionName"] = options.action;
  if (!options.since.empty()) parameters["StartTime"] = options.since;
  if (!options.until.empty()) parameters["EndTime"] = options.until;
  if (options.app_id != 0) parameters["AppId"] = options.app_id;
  std::string position;
  do {
    parameters["Limit"] = std::min<std::uint64_t>(kPage, options.limit - rows.size());
    if (!position.empty()) parameters["Position"] = position;
    const Result<json::object> answer = client.call(kOwnVersion, "ListAuditEntries", parameters);
    if (!answer) return answer.error();
    for (const json::value& row : answer->at("Data").as_array()) add_row(context, rows, row.as_object());
    position = text(*answer, "Position");
  } while (!position.empty() && rows.size() < options.limit);
  context.terminal.table(rows, options.json);
  if (!position.empty() && !options.json)
    context.terminal.note("there are older entries; --limit shows more");
  return Done{};
}

}  // namespace

int audit(Context& context, ApiAccess access, const AuditCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  if (!client) return fail(context, client.error());
  return exit_status(context, list(context, *client, options));
}

int verify_audit(Context& context, const ServeOptions& options, bool json) {
  const Result<server::Settings> settings = load_settings(context, options);
  if (!settings) return fail(context, settings.error());
  SystemRandom random;
  const auto found = server::check_audit_log(*settings, context.terminal.clock(), random);
  if (!found) return fail(context, found.error());
  Table rows{{"DAY", "ENTRY", "PROBLEM"}};
  for (const accounts::AuditFault& fault : found->faults)
    rows.add({format_beijing_date(beijing_day_start_ms(fault.day)),
              fault.entry_id == 0 ? Cell("-") : Cell::id(static_cast<std::uint64_t>(fault.entry_id)),
              std::string(fault.problem)});
  if (!rows.empty() || json) context.terminal.table(rows, json);
  std::string read = fmt::format("{} entries of {} days", grouped(static_cast<std::uint64_t>(found->entries)),
                                 grouped(static_cast<std::uint64_t>(found->days)));
  // A log that was removed as a whole begins anew: the operator knows since when there is one.
  if (found->days > 0) read += " since " + format_beijing_date(beijing_day_start_ms(found->first_day));
  context.terminal.note(found->faults.empty() ? read + ": nothing was changed or removed"
                                              : read + ": the log is not what was written");
  return found->faults.empty() ? kExitDone : kExitFailed;
}

}  // namespace sesame::commands
