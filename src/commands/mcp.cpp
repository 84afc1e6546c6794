#include <unistd.h>

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "commands/agent_tools.hpp"
#include "commands/commands.hpp"
#include "commands/errors.hpp"
#include "commands/pretty_json.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

/// The Model Context Protocol: JSON-RPC 2.0, a message a line.
constexpr std::string_view kVersions[] = {"2025-06-18", "2025-03-26", "2024-11-05"};  // The newest first.
constexpr std::size_t kLineBytesMax = 16U << 20;

/// JSON-RPC 2.0 §5.1.
enum RpcError : std::int64_t {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
};

json::object refusal(const json::value& id, RpcError code, std::string_view message) {
  return {{"jsonrpc", "2.0"},
          {"id", id},
          {"error", json::object{{"code", std::int64_t{code}}, {"message", message}}}};
}

json::object result(const json::value& id, json::object content) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(content)}};
}

json::object text_content(const json::object& content, bool failed) {
  const json::object text{{"type", "text"}, {"text", pretty_json(content)}};
  return {{"content", json::array{text}}, {"structuredContent", content}, {"isError", failed}};
}

/// Answers the messages of one client.
class McpSession {
 public:
  explicit McpSession(AgentTools& tools) : tools_(tools) {}

  /// The answer to a line; empty for a notification, which gets none.
  std::string answer(std::string_view line) {
    boost::system::error_code fault;
    const json::value message = json::parse(json::string_view(line.data(), line.size()), fault);
    if (fault)
      return json::serialize(refusal(nullptr, kParseError, "the line is not JSON: " + fault.message()));
    const json::object* request = message.if_object();
    const json::value* method = request == nullptr ? nullptr : request->if_contains("method");
    if (method == nullptr || !method->is_string()) {
      // A client may answer what it was not asked; that gets no answer in turn.
      const bool is_answer =
          request != nullptr && (request->contains("result") || request->contains("error"));
      return is_answer ? "" : json::serialize(refusal(nullptr, kInvalidRequest, "no method"));
    }
    const json::value* id = request->if_contains("id");
    if (id == nullptr) return "";
    const json::value* given = request->if_contains("params");
    const bool has_params = given != nullptr && given->is_object();
    const json::object params = has_params ? given->get_object() : json::object();
    const std::string_view name(method->get_string().data(), method->get_string().size());
    return json::serialize(answer(*id, name, params));
  }

 private:
  json::object answer(const json::value& id, std::string_view method, const json::object& params) {
    if (method == "initialize") return result(id, introduction(params));
    if (method == "ping") return result(id, {});
    if (method == "tools/list") return result(id, {{"tools", tools_.list()}});
    if (method == "tools/call") return call(id, params);
    return refusal(id, kMethodNotFound, "there is no method " + std::string(method));
  }

  json::object introduction(const json::object& params) const {
    const json::value* wanted = params.if_contains("protocolVersion");
    std::string_view version = kVersions[0];
    for (const std::string_view known : kVersions) {
      if (wanted != nullptr && *wanted == json::string_view(known.data(), known.size())) version = known;
    }
    return {
        {"protocolVersion", version},
        {"capabilities", json::object{{"tools", json::object()}}},
        {"serverInfo", json::object{{"name", "sesame"}, {"version", SESAME_VERSION}}},
        {"instructions",
         "Tools for a mail server with the Tencent Cloud SES API. Find an action with find_action, read its "
         "parameters with describe_action, and make the call with call_action. Nothing is mailed before a "
         "person has confirmed it."}};
  }

  json::object call(const json::value& id, const json::object& params) {
    const json::value* name = params.if_contains("name");
    if (name == nullptr || !name->is_string()) return refusal(id, kInvalidParams, "`name` is missing");
    const json::value* given = params.if_contains("arguments");
    if (given != nullptr && !given->is_object())
      return refusal(id, kInvalidParams, "`arguments` is an object");
    const json::object arguments = given != nullptr ? given->get_object() : json::object();
    const std::string tool(name->get_string());
    const auto answer = tools_.call(tool, arguments);
    if (!answer) return refusal(id, kInvalidParams, "there is no tool " + tool);
    return result(id, text_content(answer->content, answer->failed));
  }

  AgentTools& tools_;
};

/// Reads lines from standard input and writes the answers, until the input ends. False after a signal.
bool serve_lines(Context& context, McpSession& session) {
  std::string buffer;
  bool dropping = false;  // The rest of a line that is too long.
  char chunk[65536];
  while (context.pause.wait_readable(STDIN_FILENO)) {
    const ssize_t count = ::read(STDIN_FILENO, chunk, sizeof chunk);
    if (count <= 0) return true;
    buffer.append(chunk, static_cast<std::size_t>(count));
    for (std::size_t end = buffer.find('\n'); end != std::string::npos; end = buffer.find('\n')) {
      const std::string line = buffer.substr(0, end);
      buffer.erase(0, end + 1);
      if (std::exchange(dropping, false) || line.find_first_not_of(" \t\r") == std::string::npos) continue;
      if (const std::string answer = session.answer(line); !answer.empty()) context.terminal.line(answer);
    }
    if (buffer.size() > kLineBytesMax) {
      buffer.clear();
      if (!std::exchange(dropping, true))
        context.terminal.line(json::serialize(refusal(nullptr, kInvalidRequest, "the line is over 16 MiB")));
    }
  }
  return false;
}

}  // namespace

int mcp(Context& context, ApiAccess access, const McpCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  if (!client) return fail(context, client.error());
  SystemRandom random;
  AgentTools tools(*client, context.pause, context.terminal.clock(), random, options.read_only);
  McpSession session(tools);
  return serve_lines(context, session) ? kExitDone : fail(context, Error(errors::kStopped));
}

}  // namespace sesame::commands
