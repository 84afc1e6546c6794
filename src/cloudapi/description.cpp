#include "cloudapi/description.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <stdexcept>

#include "cloudapi/patterns.hpp"

namespace sesame::cloudapi {

namespace embedded {  // Made by CMake from api/*.json.
extern const std::string_view ses_2020_10_02;
extern const std::string_view sesame_2026_12_01;
}  // namespace embedded

namespace {

namespace json = boost::json;

struct TypeName {
  std::string_view in_json;
  std::string_view shown;
  Type type;
};
constexpr std::array<TypeName, 8> kTypes{{{"string", "string", Type::string},
                                          {"bool", "boolean", Type::boolean},
                                          {"uint64", "integer", Type::uint64},
                                          {"int64", "integer", Type::int64},
                                          {"date", "string", Type::date},
                                          {"datetime", "string", Type::datetime},
                                          {"object", "object", Type::object},
                                          {"array", "array", Type::array}}};

constexpr std::array<std::string_view, 9> kRules{
    "min", "max", "min_length", "max_length", "max_bytes", "min_items", "max_items", "one_of", "pattern"};

constexpr std::array<std::string_view, 4> kEffects{"read", "write", "delete", "sends_mail"};

[[noreturn]] void wrong(std::string_view what, std::string_view where) {
  throw std::logic_error("api description: " + std::string(what) + " at " + std::string(where));
}

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value ? std::string(value->as_string()) : std::string();
}
bool flag_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value && value->as_bool();
}
Text both_texts(const json::object& object) { return {text_at(object, "en"), text_at(object, "zh")}; }

/// Reads one file into a Description; names of structures are resolved at the end.
class Reader {
 public:
  explicit Reader(Description& into) : into_(into) {}

  void read(std::string_view file) {
    const json::value document = json::parse(file);
    const json::object& root = document.as_object();
    version_ = text_at(root, "version");
    service_ = text_at(root, "service");
    into_.versions.push_back({service_, version_, both_texts(root)});
    for (const auto& [name, value] : root.at("structures").as_object())
      read_structure(name, value.as_object());
    for (const auto& [name, value] : root.at("actions").as_object()) read_action(name, value.as_object());
    read_texts(root, "errors", into_.errors);
    read_texts(root, "rules", into_.rules);
    read_texts(root, "remedies", into_.remedies);
    if (const json::value* phrases = root.if_contains("phrases")) {
      for (const auto& [en, zh] : phrases->as_object()) into_.phrases[std::string(en)] = zh.as_string();
    }
    if (const json::value* codes = root.if_contains("common_errors")) {
      for (const json::value& code : codes->as_array()) into_.common_errors.emplace_back(code.as_string());
    }
  }

 private:
  void read_structure(std::string_view name, const json::object& from) {
    const std::string where = version_ + "/" + std::string(name);
    Structure structure{std::string(name), both_texts(from), read_fields(from.at("fields"), where)};
    into_.structures.emplace(where, std::move(structure));
  }

  void read_action(std::string_view name, const json::object& from) {
    ActionDescription action;
    action.name = name;
    action.version = version_;
    action.service = service_;
    action.effect = read_effect(text_at(from, "effect"), name);
    action.idempotent = flag_at(from, "idempotent");
    if (action.idempotent && action.effect == ActionDescription::Effect::read) wrong("idempotent", name);
    action.summary = both_texts(from);
    action.input = read_fields(from.at("input"), name);
    action.output = read_fields(from.at("output"), name);
    for (const json::value& code : from.at("errors").as_array()) action.errors.emplace_back(code.as_string());
    const json::object& example = from.at("example").as_object();
    action.example_request = json::serialize(example.at("request"));
    action.example_response = json::serialize(example.at("response"));
    into_.actions.push_back(std::move(action));
  }

  static ActionDescription::Effect read_effect(std::string_view text, std::string_view where) {
    const auto found = std::ranges::find(kEffects, text);
    if (found == kEffects.end()) wrong("effect", where);
    return static_cast<ActionDescription::Effect>(found - kEffects.begin());
  }

  static std::vector<Field> read_fields(const json::value& from, std::string_view where) {
    std::vector<Field> fields;
    for (const json::value& value : from.as_array()) fields.push_back(read_field(value.as_object(), where));
    return fields;
  }

  static Type read_type(std::string_view name, std::string_view where) {
    const auto found = std::ranges::find(kTypes, name, &TypeName::in_json);
    return found != kTypes.end() ? found->type : (wrong("type " + std::string(name), where), Type::string);
  }

  static Field read_field(const json::object& from, std::string_view where) {
    Field field;
    field.name = text_at(from, "name");
    field.type = read_type(text_at(from, "type"), where);
    field.of = text_at(from, "of");
    field.required = flag_at(from, "required");
    field.empty_refused = flag_at(from, "empty_refused");
    field.nullable = flag_at(from, "nullable");
    field.personal = flag_at(from, "personal");
    field.secret = flag_at(from, "secret");
    field.required_code = text_at(from, "required_code");
    field.text = both_texts(from);
    if (field.type == Type::array) {
      const auto scalar = std::ranges::find(kTypes, field.of, &TypeName::in_json);
      field.item = scalar == kTypes.end() ? Type::object : scalar->type;
      if (field.item != Type::object) field.of.clear();
    }
    for (std::size_t kind = 0; kind < kRules.size(); ++kind) {
      if (const json::value* value = from.if_contains(kRules[kind])) {
        field.rules.push_back(read_rule(static_cast<Rule::Kind>(kind), *value, from));
      }
    }
    add_form_of_type(field, from);
    return field;
  }

  static Rule read_rule(Rule::Kind kind, const json::value& value, const json::object& field) {
    Rule rule{kind};
    if (kind == Rule::Kind::pattern) {
      rule.pattern = std::string(value.as_string());
      if (!find_pattern(rule.pattern)) wrong("pattern " + rule.pattern, text_at(field, "name"));
    } else if (kind == Rule::Kind::one_of) {
      for (const json::value& allowed : value.as_array()) {
        rule.values.push_back(allowed.is_string() ? std::string(allowed.as_string())
                                                  : json::serialize(allowed));
      }
    } else {
      rule.bound = value.as_int64();
    }
    rule.code = text_at(field, std::string(rule_name(kind)) + "_code");
    rule.setting = text_at(field, std::string(rule_name(kind)) + "_setting");
    return rule;
  }

  static void add_form_of_type(Field& field, const json::object& from) {
    if (field.type != Type::date && field.type != Type::datetime) return;
    Rule form{Rule::Kind::pattern};
    form.pattern = field.type == Type::date ? "date" : "datetime";
    form.code = text_at(from, "pattern_code");
    field.rules.push_back(std::move(form));
  }

  static void read_texts(const json::object& root, std::string_view key,
                         std::map<std::string, Text, std::less<>>& into) {
    const json::value* texts = root.if_contains(key);
    if (!texts) return;
    for (const auto& [name, value] : texts->as_object())
      into[std::string(name)] = both_texts(value.as_object());
  }

  Description& into_;
  std::string version_, service_;
};

/// A structure is looked for in its own version first, then in the others: sesame's actions return SES's
/// rows.
void resolve(Description& all, std::vector<Field>& fields, const std::string& version) {
  for (Field& field : fields) {
    if (field.of.empty()) continue;
    auto found = all.structures.find(version + "/" + field.of);
    for (auto it = all.versions.begin(); found == all.structures.end() && it != all.versions.end(); ++it) {
      found = all.structures.find(it->version + "/" + field.of);
    }
    if (found == all.structures.end()) wrong("structure " + field.of, field.name);
    field.structure = &found->second;
  }
}

Description read_all() {
  Description all;
  Reader reader(all);
  reader.read(embedded::ses_2020_10_02);
  reader.read(embedded::sesame_2026_12_01);
  for (auto& [key, structure] : all.structures) resolve(all, structure.fields, key.substr(0, key.find('/')));
  for (ActionDescription& action : all.actions) {
    resolve(all, action.input, action.version);
    resolve(all, action.output, action.version);
  }
  return all;
}

}  // namespace

std::string service_of(std::string_view version) {
  const auto& versions = description().versions;
  for (const auto& known : versions) {
    if (known.version == version) return known.service;
  }
  return versions.empty() ? std::string() : versions.front().service;
}

std::span<const std::string_view> description_texts() {
  static const std::string_view texts[] = {embedded::ses_2020_10_02, embedded::sesame_2026_12_01};
  return texts;
}

const Text& remedy_of(std::string_view code) {
  const auto& remedies = description().remedies;
  for (const std::string_view key :
       {code, code.substr(0, code.find('.')), std::string_view("InternalError")}) {
    const auto found = remedies.find(key);
    if (found != remedies.end()) return found->second;
  }
  throw std::logic_error("the description has no remedy for InternalError");
}

std::string_view type_name(Type type) { return std::ranges::find(kTypes, type, &TypeName::type)->shown; }

std::string_view effect_name(ActionDescription::Effect effect) {
  return kEffects[static_cast<std::size_t>(effect)];
}

std::string_view rule_name(Rule::Kind kind) { return kRules[static_cast<std::size_t>(kind)]; }

bool Description::has_version(std::string_view version) const {
  return std::ranges::find(versions, version, &Version::version) != versions.end();
}

const Description& description() {
  // On the heap, so that the structures that fields point at never move.
  static const Description* const all = new Description(read_all());
  return *all;
}

const ActionDescription* find_action(std::string_view version, std::string_view name) {
  for (const ActionDescription& action : description().actions) {
    if (action.name == name && action.version == version) return &action;
  }
  return nullptr;
}

}  // namespace sesame::cloudapi
