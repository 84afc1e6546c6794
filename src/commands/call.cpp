#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "cloudapi/description.hpp"
#include "cloudapi/help.hpp"
#include "commands/commands.hpp"
#include "commands/errors.hpp"
#include "commands/pretty_json.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

const cloudapi::ActionDescription* find(const CallOptions& options) {
  for (const auto& version : cloudapi::description().versions) {
    if (!options.version.empty() && options.version != version.version) continue;
    if (const auto* action = cloudapi::find_action(version.version, options.action)) return action;
  }
  return nullptr;
}

const cloudapi::Field* find_field(const std::vector<cloudapi::Field>& fields, std::string_view name) {
  for (const cloudapi::Field& field : fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

bool is_text(cloudapi::Type type) {
  return type == cloudapi::Type::string || type == cloudapi::Type::date || type == cloudapi::Type::datetime;
}

/// Reads a flag's value: text stays text, other types are JSON. A value that does not parse is sent as text,
/// so that the server explains the mistake.
json::value value_of(const cloudapi::Field* field, const std::string& text) {
  if (field != nullptr && is_text(field->type)) return json::value(json::string(text));
  boost::system::error_code fault;
  json::value value = json::parse(text, fault);
  return fault ? json::value(json::string(text)) : value;
}

/// Sets a field of an object: `--Template.TemplateID 1`.
void put(const cloudapi::ActionDescription& action, json::object& parameters, std::string_view path,
         const std::string& text) {
  const std::size_t dot = path.find('.');
  const cloudapi::Field* field = find_field(action.input, path.substr(0, dot));
  if (dot == std::string_view::npos) {
    parameters[path] = value_of(field, text);
    return;
  }
  json::value& outer = parameters[path.substr(0, dot)];
  if (!outer.is_object()) outer = json::object();
  const cloudapi::Field* inner = field != nullptr && field->structure != nullptr
                                     ? find_field(field->structure->fields, path.substr(dot + 1))
                                     : nullptr;
  outer.get_object()[path.substr(dot + 1)] = value_of(inner, text);
}

Result<json::object> parameters_of(const cloudapi::ActionDescription& action, const CallOptions& options) {
  json::object parameters;
  std::string text = options.json;
  if (text.starts_with("@")) {
    std::ifstream in(text.substr(1), std::ios::binary);
    if (!in) return Error(errors::kFile).with("problem", "cannot read " + text.substr(1));
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  if (!text.empty()) {
    boost::system::error_code fault;
    json::value value = json::parse(text, fault);
    if (fault || !value.is_object())
      return Error(errors::kJson).with("problem", "--json is not a JSON object");
    parameters = std::move(value.get_object());
  }
  for (std::size_t i = 0; i + 1 < options.flags.size() || i < options.flags.size(); i += 2) {
    const std::string& flag = options.flags[i];
    if (!flag.starts_with("--") || i + 1 >= options.flags.size()) {
      return Error(errors::kFlag)
          .with("problem", "write parameters as --Name VALUE; `" + flag + "` has no value or name");
    }
    put(action, parameters, std::string_view(flag).substr(2), options.flags[i + 1]);
  }
  return parameters;
}

}  // namespace

int call(Context& context, ApiAccess access, const CallOptions& options) {
  const auto language = options.chinese ? cloudapi::Language::zh : cloudapi::Language::en;
  if (options.action.empty()) {
    context.terminal.line(cloudapi::action_list(language));
    return 0;
  }
  const cloudapi::ActionDescription* action = find(options);
  if (action == nullptr) {
    context.terminal.complain("there is no action `" + options.action + "`; `sesame call` lists all");
    return 1;
  }
  if (options.help) {
    context.terminal.line(cloudapi::action_help(*action, language));
    return 0;
  }
  const auto fail = [&](const Error& error) {
    context.terminal.complain(explain(error));
    return 1;
  };
  const Result<json::object> parameters = parameters_of(*action, options);
  if (!parameters) return fail(parameters.error());
  if (options.chinese) access.language = "zh-CN";
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  if (!client) return fail(client.error());
  const Result<json::object> answer = client->call(action->version, action->name, *parameters);
  if (!answer) return fail(answer.error());
  context.terminal.line(pretty_json(*answer));
  return 0;
}

}  // namespace sesame::commands
