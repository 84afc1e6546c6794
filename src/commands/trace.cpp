#include <fmt/format.h>

#include <boost/json.hpp>

#include "commands/answer_fields.hpp"
#include "commands/commands.hpp"

/// Shows what became of one mail, attempt by attempt.
namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr const char* kOwnVersion = "2026-12-01";

/// " in 84 ms"; empty when the duration is not kept.
std::string duration_of(const json::object& attempt) {
  const json::value& ms = attempt.at("DurationMs");
  return ms.is_null() ? std::string() : fmt::format(" in {} ms", ms.to_number<std::uint64_t>());
}

std::string_view words_of_tls(std::string_view level) {
  if (level == "clear") return ", not encrypted";
  if (level == "opportunistic") return ", encrypted, certificate not verified";
  if (level == "web_pki") return ", encrypted, certificate verified";
  return "";
}

void print_attempt(Context& context, const json::object& attempt) {
  std::string head =
      fmt::format("{}  attempt {}: {} at {}{}", context.terminal.local_time(text_of(attempt, "Time")),
                  number_of(attempt, "Number"), text_of(attempt, "Result"), text_of(attempt, "Stage"),
                  duration_of(attempt));
  if (const std::string host = text_of(attempt, "Host"); !host.empty())
    head.append(", ").append(host).append(words_of_tls(text_of(attempt, "Tls")));
  context.terminal.line(head);
  if (const std::string reply = text_of(attempt, "Reply"); !reply.empty())
    context.terminal.line("  " + reply);
  if (const std::string reason = text_of(attempt, "Reason"); !reason.empty())
    context.terminal.line(
        fmt::format("  {} (class {}, rule {})", reason, text_of(attempt, "Class"), text_of(attempt, "Rule")));
}

void print_mail(Context& context, const json::object& answer) {
  const json::object& mail = answer.at("Mail").as_object();
  const json::object& call = answer.at("Call").as_object();
  const auto line = [&](std::string_view time, std::string_view text) {
    context.terminal.line(
        fmt::format("{}  {}", time.empty() ? "-" : context.terminal.local_time(std::string(time)), text));
  };
  context.terminal.line(fmt::format("{} to {}: {}", text_of(mail, "FromEmailAddress"),
                                    text_of(mail, "ToEmailAddress"), text_of(mail, "State")));
  std::string asked = "asked for";
  if (const std::string by = text_of(call, "Credential"); !by.empty()) asked += " by " + by;
  if (const std::string client = text_of(call, "Client"); !client.empty()) asked += " (" + client + ")";
  if (const std::string id = text_of(call, "RequestId"); !id.empty()) asked += ", call " + id;
  line(text_of(mail, "RequestTime"), asked);
  for (const json::value& attempt : answer.at("Attempts").as_array())
    print_attempt(context, attempt.as_object());
  if (const std::string reason = text_of(mail, "Reason"); !reason.empty())
    context.terminal.line("now: " + reason);
  if (const std::string next = text_of(mail, "NextAttemptTime"); !next.empty()) line(next, "next attempt");
  for (const json::value& value : answer.at("ReturnedMails").as_array()) {
    const json::object& returned = value.as_object();
    line(text_of(returned, "ReceivedTime"), "a mail came back: " + text_of(returned, "Reason"));
  }
  for (const json::value& value : answer.at("WebhookEvents").as_array()) {
    const json::object& event = value.as_object();
    line(text_of(event, "QueueTime"),
         fmt::format("event {} for a webhook: {}", text_of(event, "Event"), text_of(event, "State")));
  }
}

Status show(Context& context, ApiClient& client, const TraceCommand& options) {
  json::object parameters{{"MessageId", options.message_id}};
  if (!options.to.empty()) parameters["ToEmailAddress"] = options.to;
  Result<json::object> answer = client.call(kOwnVersion, "GetMail", parameters);
  if (!answer) return std::move(answer).error();
  if (options.json) {
    answer->erase("RequestId");
    context.terminal.line(pretty_json(*answer));
  } else {
    print_mail(context, *answer);
  }
  return Done{};
}

}  // namespace

int trace(Context& context, ApiAccess access, const TraceCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  return client ? exit_status(context, show(context, *client, options)) : fail(context, client.error());
}

}  // namespace sesame::commands
