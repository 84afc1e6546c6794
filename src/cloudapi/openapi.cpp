#include "cloudapi/openapi.hpp"

#include <boost/json.hpp>

#include "cloudapi/idempotency.hpp"

namespace sesame::cloudapi {
namespace {

namespace json = boost::json;

/// A structure may belong to another version than the field that is made of it.
std::string schema_name(const Description& api, const Structure& wanted) {
  for (const auto& [key, structure] : api.structures) {
    if (&structure != &wanted) continue;
    std::string name = key;  // version/name: a slash can't stand in a schema's name.
    name[name.find('/')] = '.';
    return name;
  }
  return wanted.name;
}

json::object schema_of(Type type) {
  switch (type) {
    case Type::boolean:
      return {{"type", "boolean"}};
    case Type::uint64:
      return {{"type", "integer"}, {"minimum", 0}};
    case Type::int64:
      return {{"type", "integer"}, {"format", "int64"}};
    case Type::date:
      return {{"type", "string"}, {"format", "date"}};
    default:
      return {{"type", "string"}};
  }
}

json::value allowed(const Field& field, const std::string& value) {
  const Type type = field.type == Type::array ? field.item : field.type;
  const bool number = type == Type::uint64 || type == Type::int64;
  return number ? json::value(std::stoll(value)) : json::value(value);
}

void add_rule(json::object& schema, const Field& field, const Rule& rule) {
  switch (rule.kind) {
    case Rule::Kind::min:
      schema["minimum"] = rule.bound;
      break;
    case Rule::Kind::max:
      schema["maximum"] = rule.bound;
      break;
    case Rule::Kind::min_length:
      schema["minLength"] = rule.bound;
      break;
    case Rule::Kind::max_length:
      schema["maxLength"] = rule.bound;
      break;
    case Rule::Kind::min_items:
      schema["minItems"] = rule.bound;
      break;
    case Rule::Kind::max_items:
      schema["maxItems"] = rule.bound;
      break;
    case Rule::Kind::one_of: {
      json::array values;
      for (const std::string& value : rule.values) values.push_back(allowed(field, value));
      schema["enum"] = std::move(values);
      break;
    }
    // JSON Schema does not count bytes, and our patterns check more than regular expressions can.
    case Rule::Kind::max_bytes:
    case Rule::Kind::pattern:
      break;
  }
}

/// Makes the schemas of one description in one language.
class Schemas {
 public:
  enum class Structures { referred_to, written_out };
  Schemas(const Description& api, Language language, Structures structures = Structures::referred_to)
      : api_(api), language_(language), structures_(structures) {}

  json::object of(const std::vector<Field>& fields) const {
    json::object properties;
    json::array required;
    for (const Field& field : fields) {
      properties[field.name] = of(field);
      if (field.required) required.emplace_back(field.name);
    }
    json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
  }

  json::object of(const Field& field) const {
    json::object schema = bare(field);
    if (field.nullable) {
      json::object either;
      either["anyOf"] = json::array{std::move(schema), json::object{{"type", "null"}}};
      schema = std::move(either);
    }
    schema["description"] = field.text.in(language_);
    for (const Rule& rule : field.rules) {
      json::value* items = schema.if_contains("items");
      add_rule(items != nullptr && !counts_items(rule.kind) ? items->as_object() : schema, field, rule);
    }
    return schema;
  }

  /// SES: an error is an answer of HTTP status 200 too.
  json::object answer(const ActionDescription& action) const {
    json::object success = of(action.output);
    success["properties"].as_object()["RequestId"] = json::object{{"type", "string"}};
    json::object either;
    either["anyOf"] = json::array{std::move(success), json::object{{"$ref", "#/components/schemas/Error"}}};
    return {{"type", "object"}, {"properties", json::object{{"Response", std::move(either)}}}};
  }

 private:
  json::object bare(const Field& field) const {
    if (field.type == Type::array) {
      json::object items = field.structure ? reference(*field.structure) : schema_of(field.item);
      return {{"type", "array"}, {"items", std::move(items)}};
    }
    return field.structure ? reference(*field.structure) : schema_of(field.type);
  }

  json::object reference(const Structure& structure) const {
    if (structures_ == Structures::written_out) return of(structure.fields);
    return {{"$ref", "#/components/schemas/" + schema_name(api_, structure)}};
  }

  const Description& api_;
  const Language language_;
  const Structures structures_;
};

json::object as_json_content(json::object schema, json::value example) {
  json::object media{{"schema", std::move(schema)}, {"example", std::move(example)}};
  return {{"application/json", std::move(media)}};
}

json::object header_parameter(std::string_view name, json::object schema, bool required = true) {
  return {{"name", name}, {"in", "header"}, {"required", required}, {"schema", std::move(schema)}};
}

json::array header_parameters(const ActionDescription& action) {
  json::array parameters{header_parameter("X-TC-Action", {{"const", action.name}}),
                         header_parameter("X-TC-Version", {{"const", action.version}}),
                         header_parameter("X-TC-Region", {{"type", "string"}}),
                         header_parameter("X-TC-Timestamp", {{"type", "integer"}})};
  if (action.idempotent) {
    parameters.emplace_back(header_parameter(kIdempotencyKeyHeader,
                                             {{"type", "string"},
                                              {"minLength", 1},
                                              {"maxLength", kIdempotencyKeyBytesMax},
                                              {"pattern", "^[!-~]+$"}},
                                             false));
  }
  return parameters;
}

json::object operation(const Schemas& schemas, const ActionDescription& action, Language language) {
  json::object example_answer = json::parse(action.example_response).as_object();
  example_answer["RequestId"] = "5f0c6e0e-4f55-4d61-9a0e-6c1c9f0f2f6b";
  json::object whole_answer{{"Response", std::move(example_answer)}};
  json::array errors;
  for (const std::string& code : action.errors) errors.emplace_back(code);
  json::object body{
      {"required", true},
      {"content", as_json_content(schemas.of(action.input), json::parse(action.example_request))}};
  json::object answer{{"description", action.summary.in(language)},
                      {"content", as_json_content(schemas.answer(action), std::move(whole_answer))}};
  return {{"operationId", action.name},
          {"summary", action.summary.in(language)},
          {"tags", json::array{action.version}},
          {"parameters", header_parameters(action)},
          {"requestBody", std::move(body)},
          {"responses", json::object{{"200", std::move(answer)}}},
          {"x-effect", effect_name(action.effect)},
          {"x-error-codes", std::move(errors)}};
}

json::object error_schema() {
  const json::object text{{"type", "string"}};
  json::object error{{"type", "object"}, {"properties", json::object{{"Code", text}, {"Message", text}}}};
  json::object properties{{"Error", std::move(error)}, {"RequestId", text}};
  return {{"type", "object"}, {"properties", std::move(properties)}, {"required", json::array{"Error"}}};
}

}  // namespace

std::string openapi_document(const Description& api, Language language) {
  const Schemas schemas(api, language);
  json::object paths;
  for (const ActionDescription& action : api.actions) {
    paths["/#" + action.name] = json::object{{"post", operation(schemas, action, language)}};
  }
  json::object components{{"Error", error_schema()}};
  for (const auto& [key, structure] : api.structures) {
    json::object schema = schemas.of(structure.fields);
    schema["description"] = structure.text.in(language);
    components[schema_name(api, structure)] = std::move(schema);
  }
  json::object signature{{"type", "apiKey"},
                         {"in", "header"},
                         {"name", "Authorization"},
                         {"description", "TC3-HMAC-SHA256 over the request (API 3.0 of the cloud)"}};
  const json::object document{
      {"openapi", "3.1.0"},
      {"info", json::object{{"title", "Sesame"}, {"version", api.versions.front().version}}},
      {"security", json::array{json::object{{"tc3", json::array()}}}},
      {"paths", std::move(paths)},
      {"components", json::object{{"schemas", std::move(components)},
                                  {"securitySchemes", json::object{{"tc3", std::move(signature)}}}}}};
  return json::serialize(document);
}

json::object schema_of_fields(const std::vector<Field>& fields, Language language) {
  return Schemas(description(), language, Schemas::Structures::written_out).of(fields);
}

}  // namespace sesame::cloudapi
