#include "commands/agent_tools.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/beijing_time.hpp"
#include "cloudapi/openapi.hpp"
#include "commands/action_search.hpp"
#include "commands/dry_run.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

using cloudapi::ActionDescription;
using Effect = ActionDescription::Effect;
using ToolAnswer = AgentTools::ToolAnswer;

constexpr const char* kOwnVersion = "2026-12-01";
constexpr std::int64_t kTimeToStopMs = 5 * 60'000;
// Beyond it the agent gets the numbers so far: programs give up on a tool that does not answer.
constexpr std::chrono::seconds kLongestDryRun{45};

constexpr const char* kEffects[] = {"read", "write", "delete", "sends_mail"};

ToolAnswer failure(std::string text) { return {{{"error", std::move(text)}}, true}; }

/// A member that is text; empty when it is absent or something else.
std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<Effect> effect_named(std::string_view name) {
  for (const Effect effect : {Effect::read, Effect::write, Effect::removes, Effect::sends_mail}) {
    if (cloudapi::effect_name(effect) == name) return effect;
  }
  return std::nullopt;
}

const ActionDescription* find(std::string_view name) {
  for (const ActionDescription& action : cloudapi::description().actions) {
    if (action.name == name) return &action;
  }
  return nullptr;
}

std::string unknown_action(const std::string& name) {
  std::string text = fmt::format("there is no action `{}`", name);
  const auto near = search_actions(name, {});
  for (const ActionDescription* one : near)
    text += (one == near.front() ? "; like it are " : ", ") + one->name;
  return text + "; find_action finds actions by what they do";
}

json::object brief(const ActionDescription& action) {
  return {{"action", action.name},
          {"version", action.version},
          {"effect", cloudapi::effect_name(action.effect)},
          {"summary", action.summary.en}};
}

ToolAnswer find_action(const json::object& arguments) {
  const std::string effect = text_of(arguments, "effect");
  const std::optional<Effect> wanted = effect_named(effect);
  if (!effect.empty() && !wanted)
    return failure(fmt::format("`effect` is read, write, delete or sends_mail, not `{}`", effect));
  json::array found;
  for (const ActionDescription* action : search_actions(text_of(arguments, "query"), wanted))
    found.push_back(brief(*action));
  return {{{"actions", std::move(found)}}};
}

ToolAnswer describe_action(const json::object& arguments) {
  const std::string name = text_of(arguments, "action");
  const ActionDescription* action = find(name);
  if (action == nullptr) return failure(unknown_action(name));
  json::object about = brief(*action);
  about["parameters"] = cloudapi::schema_of_fields(action->input, cloudapi::Language::en);
  about["answer"] = cloudapi::schema_of_fields(action->output, cloudapi::Language::en);
  json::object errors;
  for (const std::string& code : action->errors)
    errors[code] = cloudapi::error_text(code, cloudapi::Language::en, {});
  about["errors"] = std::move(errors);
  about["example"] = json::object{{"parameters", json::parse(action->example_request)},
                                  {"answer", json::parse(action->example_response)}};
  return {std::move(about)};
}

/// Moves a time that is too soon to `earliest_ms`. The server refuses a text that it cannot read.
void put_off(json::object& holder, std::string_view name, std::int64_t earliest_ms) {
  const Result<std::int64_t> begin = parse_beijing_time(text_of(holder, name));
  const bool absent = holder.if_contains(name) == nullptr;
  if (absent || (begin && *begin < earliest_ms)) holder[name] = format_beijing_time(earliest_ms);
}

json::object& object_at(json::object& holder, std::string_view name) {
  json::value& value = holder[name];
  if (!value.is_object()) value = json::object();
  return value.get_object();
}

/// The parameters with which a task leaves the time to stop it.
json::object with_time_to_stop(const ActionDescription& action, json::object parameters,
                               std::int64_t earliest_ms) {
  const bool moves = action.name == "UpdateSendTask" && parameters.contains("BeginTime");
  if (action.name == "ResendSendTask" || moves) put_off(parameters, "BeginTime", earliest_ms);
  if (action.name != "BatchSendEmail") return parameters;
  const json::value* type = parameters.if_contains("TaskType");
  if (type == nullptr) return parameters;  // The server names what is missing.
  if (*type == 1) parameters["TaskType"] = 2;
  if (*type == 1 || *type == 2) put_off(object_at(parameters, "TimedParam"), "BeginTime", earliest_ms);
  if (*type == 3) put_off(object_at(parameters, "CycleParam"), "BeginTime", earliest_ms);
  return parameters;
}

json::object tool(std::string_view name, std::string_view description, json::object properties,
                  json::array required, bool only_reads) {
  return {{"name", name},
          {"description", description},
          {"inputSchema",
           json::object{
               {"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}}},
          {"annotations", json::object{{"readOnlyHint", only_reads}}}};
}

json::object text_schema(std::string_view description) {
  return {{"type", "string"}, {"description", description}};
}

}  // namespace

json::array AgentTools::list() const {
  json::object effect = text_schema("Only actions of this effect.");
  effect["enum"] = json::array(std::begin(kEffects), std::end(kEffects));
  json::object parameters{{"type", "object"},
                          {"description", "The parameters, as describe_action shows them; {} when absent."}};
  return {
      tool("find_action", "Finds actions of the mail server's API by what they do, or by a word of theirs.",
           {{"query", text_schema("A few words in English or Chinese, a field, or an error code.")},
            {"effect", std::move(effect)}},
           {"query"}, true),
      tool("describe_action", "Shows an action's parameters, answer, errors and an example.",
           {{"action", text_schema("The action's name, such as ListSendTasks.")}}, {"action"}, true),
      tool("call_action",
           "Calls an action. An action whose effect is sends_mail is only tried at first: nothing is sent, "
           "and "
           "the answer says what would be, with a confirmation. Show that to the person you work for, and "
           "only "
           "with their yes make the same call again with the confirmation. A task then begins five minutes "
           "later at the earliest; StopSendTask ends it.",
           {{"action", text_schema("The action's name.")},
            {"parameters", std::move(parameters)},
            {"confirmation", text_schema("What the trial of the same call gave.")}},
           {"action"}, false)};
}

std::optional<ToolAnswer> AgentTools::call(std::string_view tool, const json::object& arguments) {
  if (tool == "find_action") return find_action(arguments);
  if (tool == "describe_action") return describe_action(arguments);
  if (tool == "call_action") return call_action(arguments);
  return std::nullopt;
}

ToolAnswer AgentTools::call_action(const json::object& arguments) {
  const std::string name = text_of(arguments, "action");
  const ActionDescription* action = find(name);
  if (action == nullptr) return failure(unknown_action(name));
  if (read_only_ && action->effect != Effect::read)
    return failure(fmt::format("{} is not carried out: `sesame mcp` runs with --read-only", name));
  // It reads, and its answer is a credential with all rights of the caller.
  if (read_only_ && name == "CreateSessionToken")
    return failure("an agent that only reads gets no credential");
  const json::value* given = arguments.if_contains("parameters");
  if (given != nullptr && !given->is_object()) return failure("`parameters` is an object");
  const json::object parameters = given != nullptr ? given->get_object() : json::object();
  if (action->effect != Effect::sends_mail) return make(*action, parameters);
  const std::string token = text_of(arguments, "confirmation");
  return token.empty() ? try_out(*action, parameters) : carry_out(*action, parameters, token);
}

ToolAnswer AgentTools::make(const ActionDescription& action, const json::object& parameters) {
  Result<json::object> answer = client_.call(action.version, action.name, parameters);
  if (!answer) return failure(explain(answer.error()));
  return {std::move(*answer)};
}

/// Adds what the server says about the call beforehand; its refusal, when it would refuse.
std::optional<Error> AgentTools::look_ahead(const ActionDescription& action, const json::object& parameters,
                                            json::object& trial) {
  const json::value* task = parameters.if_contains("TaskId");
  Result<json::object> seen = json::object();
  if (action.name == "BatchSendEmail") {
    seen = run_dry(client_, pause_, parameters, {.progress = {}, .longest = kLongestDryRun});
  } else if (task != nullptr) {
    seen = client_.call(kOwnVersion, "GetSendTask", {{"TaskId", *task}});
  }
  if (!seen) return seen.error();
  seen->erase("RequestId");
  if (!seen->empty()) trial[task != nullptr ? "task_now" : "dry_run"] = std::move(*seen);
  return std::nullopt;
}

ToolAnswer AgentTools::try_out(const ActionDescription& action, const json::object& parameters) {
  json::object trial{{"sent", false}, {"action", action.name}, {"parameters", parameters}};
  if (const std::optional<Error> refused = look_ahead(action, parameters, trial))
    return failure(explain(*refused));
  trial["confirmation"] = confirmations_.add(action.name, parameters);
  trial["next"] =
      "Nothing was sent. Show this to the person you work for. With their yes, make the same call with this "
      "confirmation within 15 minutes; a repetition of it mails nobody twice.";
  return {std::move(trial)};
}

ToolAnswer AgentTools::carry_out(const ActionDescription& action, const json::object& parameters,
                                 std::string_view token) {
  Confirmations::Pending* pending = confirmations_.find(token, action.name, parameters);
  if (pending == nullptr)
    return failure(
        "this confirmation is unknown, older than 15 minutes, or of another call; make the call without one "
        "first. Nothing was sent");
  if (!pending->carried_out)
    pending->carried_out = with_time_to_stop(action, parameters, clock_.now_ms() + kTimeToStopMs);
  Result<json::object> answer = client_.call(action.version, action.name, *pending->carried_out, token);
  if (!answer) return failure(explain(answer.error()));
  return {{{"parameters", *pending->carried_out}, {"answer", std::move(*answer)}}};
}

}  // namespace sesame::commands
