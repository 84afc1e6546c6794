#include <fmt/format.h>

#include <boost/json.hpp>

#include "commands/answer_fields.hpp"
#include "commands/commands.hpp"

/// The calls of the API that the server keeps, and why one was refused.
namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr const char* kOwnVersion = "2026-12-01";
constexpr std::uint64_t kPageMax = 100;

std::string code_of(const json::object& call) {
  const std::string code = text_of(call, "Code");
  if (!code.empty()) return code;
  return call.at("Replayed").as_bool() ? "ok (repetition)" : "ok";
}

/// "12.3 ms"
std::string duration_of(const json::object& call) {
  return fmt::format("{:.1f} ms", static_cast<double>(number_of(call, "DurationUs")) / 1000);
}

json::object filter_of(const CallsCommand& options) {
  json::object filter{{"LeaveOutGroups", true}};
  if (!options.action.empty()) filter["ActionName"] = options.action;
  if (!options.code.empty()) filter["Code"] = options.code;
  if (!options.credential.empty()) filter["Credential"] = options.credential;
  if (options.only_failed) filter["OnlyFailed"] = true;
  return filter;
}

Status list(Context& context, ApiClient& client, const CallsCommand& options) {
  Table rows{{"TIME", "ACTION", "RESULT", "CLIENT", "CREDENTIAL", "PEER", "TOOK", "REQUEST ID"}};
  json::object query = filter_of(options);
  while (rows.size() < options.limit) {
    query["Limit"] = std::min<std::uint64_t>(kPageMax, options.limit - rows.size());
    const Result<json::object> answer = client.call(kOwnVersion, "ListCalls", query);
    if (!answer) return answer.error();
    for (const json::value& value : answer->at("Data").as_array()) {
      const json::object& call = value.as_object();
      rows.add({context.terminal.local_time(text_of(call, "Time")), text_of(call, "Action"), code_of(call),
                text_of(call, "Client"), text_of(call, "Credential"), text_of(call, "Peer"),
                duration_of(call), text_of(call, "RequestId")});
    }
    const std::string position = text_of(*answer, "Position");
    if (position.empty()) break;
    query["Position"] = position;
  }
  if (rows.empty() && !options.json)
    context.terminal.line("no such calls in the last 24 hours");
  else
    context.terminal.table(rows, options.json);
  return Done{};
}

void print_lines(Context& context, std::string_view head, const std::string& text) {
  if (text.empty()) return;
  context.terminal.line("");
  context.terminal.line(head);
  std::string_view rest = text;
  for (;;) {
    const std::size_t end = rest.find('\n');
    context.terminal.line("  " + std::string(rest.substr(0, end)));
    if (end == std::string_view::npos) return;
    rest.remove_prefix(end + 1);
  }
}

void print_call(Context& context, const json::object& answer) {
  const json::object& call = answer.at("Call").as_object();
  context.terminal.line(
      fmt::format("{} {}: {}", text_of(call, "Action"), text_of(call, "Version"), code_of(call)));
  context.terminal.line(fmt::format(
      "at {}, {}, by {} ({}) from {}", context.terminal.local_time(text_of(call, "Time")), duration_of(call),
      text_of(call, "Credential"), text_of(call, "Client"), text_of(call, "Peer")));
  if (text_of(call, "Code").empty()) return;
  print_lines(context, "Why it was refused", text_of(answer, "MessageEn"));
  print_lines(context, "What to do", text_of(answer, "Remedy"));
  print_lines(context, "What the server's log says", text_of(answer, "Cause"));
  std::string request = text_of(answer, "RequestLine");
  for (const json::value& value : answer.at("Headers").as_array())
    request += "\n" + text_of(value.as_object(), "Name") + ": " + text_of(value.as_object(), "Value");
  print_lines(context, "The request, without secrets", request);
  print_lines(context, "Its parameters", text_of(answer, "Body"));
  print_lines(context, "The canonical request as the server made it", text_of(answer, "CanonicalRequest"));
  print_lines(context, "The string to sign", text_of(answer, "StringToSign"));
}

Status show(Context& context, ApiClient& client, const CallsCommand& options) {
  Result<json::object> answer = client.call(kOwnVersion, "GetCall", {{"RequestId", options.request_id}});
  if (!answer) return std::move(answer).error();
  if (options.json) {
    answer->erase("RequestId");  // That of the question.
    context.terminal.line(pretty_json(*answer));
  } else {
    print_call(context, *answer);
  }
  return Done{};
}

}  // namespace

int calls(Context& context, ApiAccess access, const CallsCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  if (!client) return fail(context, client.error());
  return exit_status(context, options.request_id.empty() ? list(context, *client, options)
                                                         : show(context, *client, options));
}

}  // namespace sesame::commands
