#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string>
#include <utility>

#include "commands/answer_fields.hpp"
#include "commands/commands.hpp"
#include "commands/errors.hpp"

/// Looks at the sites and holds of mode direct, and ends holds.
namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr const char* kOwnVersion = "2026-12-01";
constexpr std::uint64_t kPage = 100;
constexpr const char* kElsewhere = "there are none: mail goes to receiving servers only in mode direct";

/// Calls `add` for each row of a list, up to the command's limit. Returns the
/// last answer.
template <class Add>
Result<json::object> for_each(ApiClient& client, std::string_view action, json::object parameters,
                              std::uint64_t limit, const Add& add) {
  for (std::uint64_t offset = 0;;) {
    const std::uint64_t page = std::min(kPage, limit - offset);
    parameters["Offset"] = offset;
    parameters["Limit"] = page;
    Result<json::object> answer = client.call(kOwnVersion, action, parameters);
    if (!answer) return answer;
    const json::array& rows = answer->at("Data").as_array();
    for (const json::value& row : rows) add(row.as_object());
    offset += rows.size();
    if (rows.size() < page || offset >= limit) return answer;
  }
}

json::object chosen(const SitesCommand& options) {
  json::object parameters;
  if (!options.provider.empty()) parameters["Provider"] = options.provider;
  return parameters;
}

Cell names_of(const json::object& row, std::string_view field) {
  std::vector<std::string> names;
  for (const json::value& name : row.at(field).as_array())
    names.emplace_back(json::value_to<std::string>(name));
  return Cell::list(names);
}

std::string state_of(const Context& context, const json::object& site) {
  const std::string until = text_of(site, "UntilTime");
  const std::string state = text_of(site, "State");
  return until.empty() ? state : state + " until " + context.terminal.local_time(until);
}

/// "2 of 10".
Cell used_of(const json::object& site, std::string_view used, std::string_view allowed) {
  return {fmt::format("{} of {}", grouped(number_of(site, used)), grouped(number_of(site, allowed)))};
}

std::vector<std::string> site_heads(bool for_programs) {
  std::vector<std::string> heads{"SERVERS", "PROVIDER",  "STATE",     "CONNECTIONS", "MAILS/H",
                                 "MAILS",   "UNDER WAY", "DELIVERED", "DEFERRED",    "REFUSED"};
  if (for_programs) heads.insert(heads.end(), {"PATH", "RULE"});
  heads.emplace_back("REPLY");
  return heads;
}

std::vector<Cell> cells(const Context& context, const json::object& site, bool for_programs) {
  std::vector<Cell> cells{names_of(site, "Hosts"), text_of(site, "Provider"), state_of(context, site),
                          used_of(site, "PathConnections", "ConnectionsAllowed"),
                          used_of(site, "MailsPerHour", "MailsPerHourAllowed")};
  for (const char* name : {"MailCount", "UnderWayCount", "DeliveredCount", "DeferredCount", "RefusedCount"})
    cells.push_back(Cell::number(number_of(site, name)));
  if (for_programs) {
    cells.emplace_back(text_of(site, "Path"));
    cells.emplace_back(text_of(site, "Rule"));
  }
  cells.emplace_back(text_of(site, "Reply"));
  return cells;
}

/// Prints the rows, or the words for none.
void print(Context& context, const Table& rows, const json::object& answer, bool as_json,
           std::string_view none) {
  if (rows.empty() && !as_json) {
    context.terminal.line(answer.at("Available").as_bool() ? none : kElsewhere);
    return;
  }
  context.terminal.table(rows, as_json);
  const std::uint64_t all = number_of(answer, "TotalCount");
  if (!as_json && all > rows.size())
    context.terminal.note(fmt::format("{} of {}; --limit shows more", grouped(rows.size()), grouped(all)));
}

Status list_sites(Context& context, ApiClient& client, const SitesCommand& options) {
  Table rows(site_heads(options.json));
  json::object parameters = chosen(options);
  if (!options.state.empty()) parameters["State"] = options.state;
  if (!options.order.empty()) parameters["Order"] = options.order;
  const auto answer =
      for_each(client, "ListDeliverySites", std::move(parameters), options.limit,
               [&](const json::object& site) { rows.add(cells(context, site, options.json)); });
  if (!answer) return answer.error();
  print(context, rows, *answer, options.json, "no site has mail");
  return Done{};
}

Table hold_table(const Context& context, const json::array& holds) {
  Table rows{{"PATH", "STEP", "SINCE", "UNTIL", "RULE", "REPLY"}};
  for (const json::value& each : holds) {
    const json::object& hold = each.as_object();
    const std::uint64_t step = number_of(hold, "Step");
    rows.add({text_of(hold, "Path"), step == 0 ? Cell("pause") : Cell::number(step),
              context.terminal.local_time(text_of(hold, "SinceTime")),
              context.terminal.local_time(text_of(hold, "UntilTime")), text_of(hold, "Rule"),
              text_of(hold, "Reply")});
  }
  return rows;
}

Status list_holds(Context& context, ApiClient& client, const SitesCommand& options) {
  json::array holds;
  const auto answer = for_each(client, "ListDeliveryHolds", chosen(options), options.limit,
                               [&](const json::object& hold) { holds.push_back(hold); });
  if (!answer) return answer.error();
  print(context, hold_table(context, holds), *answer, options.json, "no path is held");
  return Done{};
}

Status end_hold(Context& context, ApiClient& client, const SitesCommand& options) {
  const std::string path = fmt::format("{}", fmt::join(options.path, " "));
  const Result<json::object> answer = client.call(kOwnVersion, "EndDeliveryHold", {{"Path", path}});
  if (!answer) return answer.error();
  if (answer->at("Holds").as_array().empty())
    return Error(errors::kNoHold)
        .with("problem", "no hold lasts on `" + path + "`; `sesame holds` lists those that do");
  context.terminal.note("mail goes over " + path + " again");
  return Done{};
}

void print_route(Context& context, const json::object& answer) {
  if (const std::string none = text_of(answer, "NoRouteText"); !none.empty()) {
    context.terminal.line("route        none: " + none);
    return;
  }
  Table hosts{{"SERVER", "PREFERENCE", "ADDRESSES"}};
  for (const json::value& each : answer.at("Hosts").as_array()) {
    const json::object& host = each.as_object();
    hosts.add({text_of(host, "Host"), Cell::id(number_of(host, "Preference")), names_of(host, "Addresses")});
  }
  context.terminal.table(hosts);
}

void print_tables(Context& context, const json::object& answer) {
  Table limits{{"LIMIT", "VALUE", "LAYER"}};
  for (const json::value& each : answer.at("Limits").as_array()) {
    const json::object& limit = each.as_object();
    limits.add({text_of(limit, "Name"), text_of(limit, "Value"), text_of(limit, "Layer")});
  }
  Table replies{{"COUNT", "LAST", "REPLY"}};
  for (const json::value& each : answer.at("Replies").as_array()) {
    const json::object& reply = each.as_object();
    replies.add({Cell::number(number_of(reply, "Count")),
                 context.terminal.local_time(text_of(reply, "LastTime")), text_of(reply, "Reply")});
  }
  Table sites(site_heads(false));
  for (const json::value& site : answer.at("Sites").as_array())
    sites.add(cells(context, site.as_object(), false));
  const Table holds = hold_table(context, answer.at("Holds").as_array());
  for (const Table* table : std::array<const Table*, 4>{&limits, &sites, &holds, &replies}) {
    if (table->empty()) continue;
    context.terminal.line("");
    context.terminal.table(*table);
  }
}

/// The way of mail to one domain.
Status show(Context& context, ApiClient& client, const SitesCommand& options) {
  const Result<json::object> answer =
      client.call(kOwnVersion, "GetDeliverySite", {{"Domain", options.domain}});
  if (!answer) return answer.error();
  if (options.json) {
    context.terminal.line(pretty_json(*answer));
    return Done{};
  }
  if (!answer->at("Available").as_bool()) {
    context.terminal.line(kElsewhere);
    return Done{};
  }
  const auto row = [&](std::string_view name, const std::string& value) {
    context.terminal.line(fmt::format("{:<13}{}", name, value.empty() ? "none" : value));
  };
  row("provider", text_of(*answer, "Provider"));
  row("destination", text_of(*answer, "Destination"));
  row("path", text_of(*answer, "Path"));
  row("binding", text_of(*answer, "Binding"));
  row("waiting", grouped(number_of(*answer, "WaitingCount")));
  print_route(context, *answer);
  print_tables(context, *answer);
  return Done{};
}

Status reload(Context& context, ApiClient& client) {
  const Result<json::object> answer = client.call(kOwnVersion, "ReloadDeliveryRules", json::object());
  if (!answer) return answer.error();
  const json::array& faults = answer->at("Faults").as_array();
  for (const json::value& fault : faults) context.terminal.line(json::value_to<std::string>(fault));
  if (!faults.empty())
    return Error(errors::kRuleFaults)
        .with("problem", fmt::format("{} faults: the rules stay as they were", faults.size()));
  const bool in_force = answer->at("Reloaded").as_bool();
  context.terminal.note(in_force ? "the new rules are in force"
                                 : "no fault; rules are in force only in mode direct");
  return Done{};
}

Status run(Context& context, ApiClient& client, const SitesCommand& options) {
  using What = SitesCommand::What;
  switch (options.what) {
    case What::sites:
      return options.domain.empty() ? list_sites(context, client, options) : show(context, client, options);
    case What::holds:
      return list_holds(context, client, options);
    case What::end_hold:
      return end_hold(context, client, options);
    case What::reload_rules:
      return reload(context, client);
  }
  return Done{};
}

}  // namespace

int sites(Context& context, ApiAccess access, const SitesCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  return client ? exit_status(context, run(context, *client, options)) : fail(context, client.error());
}

}  // namespace sesame::commands
