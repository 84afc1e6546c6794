// Random JSON against every action: never a crash, never an accepted name that the description doesn't know,
// and what is accepted survives a round through its flat form.
#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cloudapi/check.hpp"
#include "cloudapi/flatten.hpp"

namespace {

namespace json = boost::json;
using namespace sesame::cloudapi;

void require(bool holds) {
  if (!holds) std::abort();
}

void only_known_names(const std::vector<Field>& fields, const json::object& object);

void only_known_names(const Field& field, const json::value& value) {
  if (!field.structure) return;
  if (const json::object* nested = value.if_object()) only_known_names(field.structure->fields, *nested);
  if (const json::array* array = value.if_array()) {
    for (const json::value& element : *array) only_known_names(field.structure->fields, element.as_object());
  }
}

void only_known_names(const std::vector<Field>& fields, const json::object& object) {
  for (const auto& member : object) {
    bool known = false;
    for (const Field& field : fields) {
      if (std::string_view(field.name) != std::string_view(member.key())) continue;
      known = true;
      only_known_names(field, member.value());
    }
    require(known);
  }
}

void check_json(const json::object& parameters) {
  for (const ActionDescription& action : description().actions) {
    const auto status = check_parameters(action, parameters);
    if (!status) {
      require(!code_of(status.error()).empty());
      require(!error_text(code_of(status.error()), Language::en, status.error().facts()).empty());
      continue;
    }
    only_known_names(action.input, parameters);
    const auto again = unflatten(action, flatten(parameters));
    require(again.ok());
    only_known_names(action.input, *again);
  }
}

/// The same bytes as a form: name=value separated by `&`, not decoded.
void check_form(std::string_view text) {
  std::vector<Parameter> pairs;
  while (!text.empty() && pairs.size() < 1000) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(pair.size() == text.size() ? text.size() : pair.size() + 1);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos) pairs.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  for (const ActionDescription& action : description().actions) {
    if (const auto parameters = unflatten(action, pairs)) only_known_names(action.input, *parameters);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  boost::system::error_code fault;
  const json::value parsed = json::parse(text, fault);
  if (!fault && parsed.is_object()) check_json(parsed.get_object());
  check_form(text);
  return 0;
}
