#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "commands/commands.hpp"
#include "commands/errors.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr const char* kOwnVersion = "2026-12-01";
constexpr std::uint64_t kPage = 100;

std::string text(const json::object& row, std::string_view name) {
  return json::value_to<std::string>(row.at(name));
}
std::uint64_t number(const json::object& row, std::string_view name) {
  return row.at(name).to_number<std::uint64_t>();
}

std::string whose(const std::string& sender) { return sender.empty() ? "(account)" : sender; }

/// All webhooks of the account, page by page.
Result<json::array> all_webhooks(ApiClient& client) {
  json::array all;
  for (;;) {
    Result<json::object> answer =
        client.call(kOwnVersion, "ListWebhooks", {{"Offset", all.size()}, {"Limit", kPage}});
    if (!answer) return std::move(answer).error();
    json::array& rows = answer->at("Data").as_array();
    const bool last = rows.size() < kPage;
    for (json::value& row : rows) all.push_back(std::move(row));
    if (last) return all;
  }
}

Result<std::uint64_t> find_webhook(ApiClient& client, const std::string& sender) {
  const Result<json::array> all = all_webhooks(client);
  if (!all) return all.error();
  for (const json::value& value : *all) {
    if (text(value.as_object(), "Address") == sender) return number(value.as_object(), "WebhookId");
  }
  return Error(errors::kNoWebhook).with("value", whose(sender));
}

Status list(Context& context, ApiClient& client, const WebhooksCommand& options) {
  const Result<json::array> all = all_webhooks(client);
  if (!all) return all.error();
  if (all->empty() && !options.json)
    context.terminal.line("no webhooks yet; `sesame webhooks set URL` makes one");
  Table rows{{"SENDER", "URL", "EVENTS", "STATE", "WAITING", "CREATED"}};
  for (const json::value& value : *all) {
    const json::object& row = value.as_object();
    rows.add({whose(text(row, "Address")), text(row, "Url"),
              Cell::list(json::value_to<std::vector<std::string>>(row.at("Events"))),
              Cell::flag(row.at("Enabled").as_bool(), "on", "off"), Cell::number(number(row, "WaitingCount")),
              context.terminal.local_time(text(row, "CreateTime"))});
  }
  if (!rows.empty() || options.json) context.terminal.table(rows, options.json);
  return Done{};
}

/// The kinds that the command line names; "all" stands for every kind.
json::array kinds_of(const WebhooksCommand& options) {
  if (std::ranges::find(options.kinds, "all") == options.kinds.end())
    return json::value_from(options.kinds).as_array();
  return {"delivered", "dropped", "bounce", "open", "click", "spamreport", "unsubscribe", "deferred"};
}

Status set(Context& context, ApiClient& client, const WebhooksCommand& options) {
  json::object parameters{{"Address", options.sender}};
  if (!options.url.empty()) parameters["Url"] = options.url;
  if (options.on || options.off) parameters["Enabled"] = options.on;
  if (!options.kinds.empty()) parameters["Events"] = kinds_of(options);
  if (options.renew_secret) parameters["RenewSecret"] = true;
  const Result<json::object> answer = client.call(kOwnVersion, "PutWebhook", parameters);
  if (!answer) return answer.error();
  context.terminal.note(fmt::format("webhook of {} set", whose(options.sender)));
  if (answer->contains("Secret")) {
    context.terminal.line(text(*answer, "Secret"));
    context.terminal.note("the secret that signs its events is shown this once; keep it");
  }
  return Done{};
}

Status remove(Context& context, ApiClient& client, const WebhooksCommand& options) {
  const Result<json::object> answer =
      client.call(kOwnVersion, "DeleteWebhook", {{"Address", options.sender}});
  if (!answer) return answer.error();
  context.terminal.note(fmt::format("webhook of {} is deleted", whose(options.sender)));
  return Done{};
}

Status events(Context& context, ApiClient& client, const WebhooksCommand& options) {
  const Result<std::uint64_t> id = find_webhook(client, options.sender);
  if (!id) return id.error();
  json::object parameters{{"WebhookId", *id}, {"Offset", 0}, {"Limit", options.limit}};
  if (!options.state.empty()) parameters["State"] = options.state;
  const Result<json::object> answer = client.call(kOwnVersion, "ListWebhookEvents", parameters);
  if (!answer) return answer.error();
  Table rows{{"EVENT", "WHAT", "STATE", "TRIED", "QUEUED", "NEXT", "ANSWER"}};
  for (const json::value& value : answer->at("Data").as_array()) {
    const json::object& row = value.as_object();
    rows.add({Cell::id(number(row, "EventId")), text(row, "Event"), text(row, "State"),
              Cell::id(number(row, "Attempts")), context.terminal.local_time(text(row, "QueueTime")),
              context.terminal.local_time(text(row, "NextAttemptTime")), text(row, "Answer")});
  }
  context.terminal.table(rows, options.json);
  return Done{};
}

Status redeliver(Context& context, ApiClient& client, const WebhooksCommand& options) {
  const Result<std::uint64_t> id = find_webhook(client, options.sender);
  if (!id) return id.error();
  json::object parameters{{"WebhookId", *id}};
  if (!options.event_ids.empty()) parameters["EventIds"] = json::value_from(options.event_ids);
  if (!options.since.empty()) parameters["StartTime"] = options.since;
  if (!options.until.empty()) parameters["EndTime"] = options.until;
  const Result<json::object> answer = client.call(kOwnVersion, "RedeliverWebhookEvents", parameters);
  if (!answer) return answer.error();
  context.terminal.note(fmt::format("{} events are told again", grouped(number(*answer, "Count"))));
  return Done{};
}

Status run(Context& context, ApiClient& client, const WebhooksCommand& options) {
  using What = WebhooksCommand::What;
  switch (options.what) {
    case What::list:
      return list(context, client, options);
    case What::set:
      return set(context, client, options);
    case What::remove:
      return remove(context, client, options);
    case What::events:
      return events(context, client, options);
    case What::redeliver:
      return redeliver(context, client, options);
  }
  return Done{};
}

}  // namespace

int webhooks(Context& context, ApiAccess access, const WebhooksCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  return client ? exit_status(context, run(context, *client, options)) : fail(context, client.error());
}

}  // namespace sesame::commands
