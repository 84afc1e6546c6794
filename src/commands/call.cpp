#include <unistd.h>

#include <boost/json.hpp>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

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
json::value value_of(bool stays_text, const std::string& text) {
  if (stays_text) return json::value(json::string(text));
  boost::system::error_code fault;
  json::value value = json::parse(text, fault);
  return fault ? json::value(json::string(text)) : value;
}

/// The index that a part of a parameter's name is, if it is one.
std::optional<std::size_t> index_of(std::string_view step) {
  constexpr std::size_t kIndexMax = 99'999;  // More than any list of a request may hold.
  std::size_t index = 0;
  const auto [end, fault] = std::from_chars(step.data(), step.data() + step.size(), index);
  if (fault != std::errc() || end != step.data() + step.size() || index > kIndexMax) return std::nullopt;
  return index;
}

/// Sets a value inside an object or a list: `--Template.TemplateID 1`, `--Datas.0.Email ann@shop.example`.
/// Indexes that skip a place fill it with null, which the server refuses by name.
void put(const std::vector<cloudapi::Field>& fields, json::object& parameters, std::string_view path,
         const std::string& text) {
  const cloudapi::Field* field = find_field(fields, path.substr(0, path.find('.')));
  bool stays_text = field != nullptr && is_text(field->type);
  json::value* place = &parameters[path.substr(0, path.find('.'))];
  while (path.find('.') != std::string_view::npos) {
    path.remove_prefix(path.find('.') + 1);
    const std::string_view step = path.substr(0, path.find('.'));
    if (const std::optional<std::size_t> index = index_of(step)) {
      if (!place->is_array()) *place = json::array();
      json::array& items = place->get_array();
      if (items.size() <= *index) items.resize(*index + 1);
      place = &items[*index];
      stays_text = field != nullptr && is_text(field->item);
    } else {
      if (!place->is_object()) *place = json::object();
      place = &place->get_object()[step];
      const bool known = field != nullptr && field->structure != nullptr;
      field = known ? find_field(field->structure->fields, step) : nullptr;
      stays_text = field != nullptr && is_text(field->type);
    }
  }
  *place = value_of(stays_text, text);
}

bool is_object_argument(const std::string& argument) {
  return argument.starts_with("{") || argument.starts_with("@") || argument == "-";
}

/// JSON text, or what is in the file (@FILE) or comes from standard input (-).
Result<std::string> text_of(const std::string& given, Pause& pause) {
  if (given == "-") {
    std::string text;
    char chunk[16384];
    while (pause.wait_readable(STDIN_FILENO)) {
      const ssize_t count = ::read(STDIN_FILENO, chunk, sizeof chunk);
      if (count < 0) return Error(errors::kFile).with("problem", "cannot read standard input");
      if (count == 0) return text;
      text.append(chunk, static_cast<std::size_t>(count));
    }
    return Error(errors::kStopped);
  }
  if (!given.starts_with("@")) return given;
  std::ifstream in(given.substr(1), std::ios::binary);
  if (!in) return Error(errors::kFile).with("problem", "cannot read " + given.substr(1));
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<json::object> parameters_of(const cloudapi::ActionDescription& action, const CallOptions& options,
                                   Pause& pause) {
  json::object parameters;
  // The object may stand behind the action, as documents write it.
  const bool positional = !options.flags.empty() && is_object_argument(options.flags.front());
  if (positional && !options.json.empty())
    return Error(errors::kJson).with("problem", "give the JSON object once: as an argument or with --json");
  const std::string& given = positional ? options.flags.front() : options.json;
  if (!given.empty()) {
    const Result<std::string> text = text_of(given, pause);
    if (!text) return text.error();
    boost::system::error_code fault;
    json::value value = json::parse(*text, fault);
    if (fault || !value.is_object())
      return Error(errors::kJson)
          .with("problem", (positional ? "the argument `" + given + "`" : std::string("--json")) +
                               " is not a JSON object" + (fault ? ": " + fault.message() : ""));
    parameters = std::move(value.get_object());
  }
  for (std::size_t i = positional ? 1 : 0; i < options.flags.size(); i += 2) {
    const std::string& flag = options.flags[i];
    if (!flag.starts_with("--") || i + 1 >= options.flags.size()) {
      return Error(errors::kFlag)
          .with("problem", "write parameters as --Name VALUE or as one JSON object; `" + flag +
                               "` has no value or name");
    }
    put(action.input, parameters, std::string_view(flag).substr(2), options.flags[i + 1]);
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
    return kExitFailed;
  }
  if (options.help) {
    context.terminal.line(cloudapi::action_help(*action, language));
    return 0;
  }
  const Result<json::object> parameters = parameters_of(*action, options, context.pause);
  if (!parameters) return fail(context, parameters.error());
  if (options.chinese) access.language = "zh-CN";
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  if (!client) return fail(context, client.error());
  const Result<json::object> answer = client->call(action->version, action->name, *parameters);
  if (!answer) return fail(context, answer.error());
  context.terminal.line(pretty_json(*answer));
  return 0;
}

}  // namespace sesame::commands
