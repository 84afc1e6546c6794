#include "cloudapi/check.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <boost/json.hpp>
#include <limits>
#include <optional>

#include "base/utf8.hpp"
#include "cloudapi/errors.hpp"
#include "cloudapi/patterns.hpp"

namespace sesame::cloudapi {

namespace {

namespace json = boost::json;

// Bits of a word. In one structure; the description's test holds it to that.
constexpr std::size_t kFieldsMax = 64;

/// The path of the checked value, as frames on the stack: a request of 20,000 rows must not build 20,000
/// unused names.
struct Path {
  const Path* parent;
  std::string_view name;                            // Set for a member of an object.
  std::optional<std::size_t> index = std::nullopt;  // Set for an element of an array.

  std::string text() const {
    const std::string own = index ? std::to_string(*index) : std::string(name);
    return parent ? parent->text() + '.' + own : own;
  }
};

std::string member_name(const Path* parent, std::string_view name) { return Path{parent, name}.text(); }

Error with_code(Error error, const std::string& code) {
  return code.empty() ? std::move(error) : std::move(error).with("code", code);
}

bool has_type(const json::value& value, Type type) {
  switch (type) {
    case Type::boolean:
      return value.is_bool();
    case Type::uint64:
      return value.is_uint64() || (value.is_int64() && value.get_int64() >= 0);
    case Type::int64:
      return value.is_int64();
    case Type::object:
      return value.is_object();
    case Type::array:
      return value.is_array();
    case Type::string:
    case Type::date:
    case Type::datetime:
      return value.is_string();
  }
  return false;
}

std::string integer_text(const json::value& value) {
  return value.is_uint64() ? std::to_string(value.get_uint64()) : std::to_string(value.get_int64());
}

/// An integer for comparison with a bound; above int64 it becomes the largest int64, which exceeds all
/// bounds.
std::int64_t integer(const json::value& value) {
  return value.is_uint64() ? std::numeric_limits<std::int64_t>::max() : value.get_int64();
}

std::string joined(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ", ") + value;
  return text;
}

/// The form of a value in an error: the value, or the number of its elements.
std::string shown(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_array()) return std::to_string(value.get_array().size());
  return integer_text(value);
}

/// The fields of an object, prepared once per array for the checks of its rows.
struct Shape {
  explicit Shape(std::span<const Field> all) : fields(all) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].required) required |= std::uint64_t{1} << i;
    }
  }

  std::size_t find(std::string_view name, std::size_t likely) const {
    if (likely < fields.size() && fields[likely].name == name) return likely;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].name == name) return i;
    }
    return fields.size();
  }

  std::span<const Field> fields;
  std::uint64_t required = 0;  // One bit per field.
};

/// Walks a request. Its steps return false at the first fault, which a member holds, so that a good row of an
/// upload moves no Error.
class Checker {
 public:
  explicit Checker(std::span<const SettingBound> settings) : settings_(settings) {}

  Status check(const std::vector<Field>& fields, const json::object& parameters) {
    if (object(Shape(fields), parameters, nullptr)) return Done{};
    return std::move(*fault_);
  }

 private:
  bool object(const Shape& shape, const json::object& object, const Path* path) {
    std::array<const json::value*, kFieldsMax> values;  // Only those in `present` are set.
    std::uint64_t present = 0;
    std::size_t next = 0;  // Most clients keep the documented order.
    for (const auto& member : object) {
      const std::size_t at = shape.find(member.key(), next);
      if (at == shape.fields.size()) return unknown(member.key(), path);
      next = at + 1;
      values[at] = &member.value();
      if (!member.value().is_null()) present |= std::uint64_t{1} << at;
    }
    const std::uint64_t absent = shape.required & ~present;
    if (absent != 0) return missing(shape.fields[static_cast<std::size_t>(std::countr_zero(absent))], path);
    for (; present != 0; present &= present - 1) {
      const auto at = static_cast<std::size_t>(std::countr_zero(present));
      if (!value(shape.fields[at], *values[at], Path{path, shape.fields[at].name})) return false;
    }
    return true;
  }

  bool value(const Field& field, const json::value& value, const Path& path) {
    if (!has_type(value, field.type)) return wrong_type(value, field.type, path);
    for (const Rule& rule : field.rules) {
      if (!keeps(value, rule)) return broken(rule, value, path);
    }
    if (field.type == Type::object) return object(Shape(field.structure->fields), value.get_object(), &path);
    return field.type != Type::array || elements(field, value.get_array(), path);
  }

  bool elements(const Field& field, const json::array& array, const Path& path) {
    const Shape shape(field.structure ? std::span<const Field>(field.structure->fields)
                                      : std::span<const Field>());
    // Uploads have thousands of elements and no rule for them.
    const bool has_item_rules =
        !std::ranges::all_of(field.rules, [](const Rule& rule) { return counts_items(rule.kind); });
    Path here{&path, {}, 0};
    for (std::size_t i = 0; i < array.size(); ++i) {
      here.index = i;
      if (!has_type(array[i], field.item)) return wrong_type(array[i], field.item, here);
      if (has_item_rules && !item(field, array[i], here)) return false;
      if (field.structure && !object(shape, array[i].get_object(), &here)) return false;
    }
    return true;
  }

  /// The rules of a list are those of its elements, but for the number of them.
  bool item(const Field& field, const json::value& element, const Path& path) {
    for (const Rule& rule : field.rules) {
      if (!counts_items(rule.kind) && !keeps(element, rule)) return broken(rule, element, path);
    }
    return true;
  }

  std::int64_t bound(const Rule& rule) const {
    if (rule.setting.empty()) return rule.bound;
    for (const SettingBound& setting : settings_) {
      if (setting.setting != rule.setting) continue;
      return setting.bound == 0 ? std::numeric_limits<std::int64_t>::max() : setting.bound;
    }
    return rule.bound;
  }

  /// A rule that does not apply to the value's type is kept.
  bool keeps(const json::value& value, const Rule& rule) const {
    if (value.is_string()) return text_keeps(value.get_string(), rule);
    if (value.is_array()) return size_keeps(static_cast<std::int64_t>(value.get_array().size()), rule);
    return !(value.is_int64() || value.is_uint64()) || integer_keeps(value, rule);
  }

  bool text_keeps(std::string_view text, const Rule& rule) const {
    const auto limit = static_cast<std::uint64_t>(bound(rule));
    switch (rule.kind) {
      case Rule::Kind::max_bytes:
        return text.size() <= limit;
      case Rule::Kind::max_length:
        return text.size() <= limit || utf8::count(text) <= limit;
      case Rule::Kind::min_length:
        return utf8::count(text) >= limit;
      case Rule::Kind::one_of:
        return std::ranges::find(rule.values, text) != rule.values.end();
      case Rule::Kind::pattern:
        return find_pattern(rule.pattern)(text);
      default:
        return true;
    }
  }

  bool integer_keeps(const json::value& value, const Rule& rule) const {
    if (rule.kind == Rule::Kind::min) return integer(value) >= bound(rule);
    if (rule.kind == Rule::Kind::max) return integer(value) <= bound(rule);
    if (rule.kind != Rule::Kind::one_of) return true;
    return std::ranges::find(rule.values, integer_text(value)) != rule.values.end();
  }

  bool size_keeps(std::int64_t size, const Rule& rule) const {
    return (rule.kind != Rule::Kind::min_items || size >= bound(rule)) &&
           (rule.kind != Rule::Kind::max_items || size <= bound(rule));
  }

  // Functions that build an error stay out of line: inlined in the loops they cost a good row a third of its
  // time.
  [[gnu::cold, gnu::noinline]] bool fail(Error error) {
    fault_ = std::move(error);
    return false;
  }

  [[gnu::cold, gnu::noinline]] bool unknown(std::string_view name, const Path* path) {
    return fail(Error(errors::kUnknown).with("name", member_name(path, name)));
  }

  [[gnu::cold, gnu::noinline]] bool missing(const Field& field, const Path* path) {
    return fail(
        with_code(Error(errors::kMissing).with("name", member_name(path, field.name)), field.required_code));
  }

  [[gnu::cold, gnu::noinline]] bool wrong_type(const json::value& value, Type type, const Path& path) {
    const bool negative = type == Type::uint64 && value.is_int64();
    return fail(Error(errors::kType)
                    .with("name", path.text())
                    .with("type", negative ? "unsigned integer" : std::string(type_name(type))));
  }

  [[gnu::cold, gnu::noinline]] bool broken(const Rule& rule, const json::value& value, const Path& path) {
    Error error = Error(errors::kValue).with("name", path.text()).with("value", shown(value));
    if (rule.kind == Rule::Kind::pattern) {
      return fail(with_code(std::move(error).with("rule", rule.pattern), rule.code));
    }
    const bool listed = rule.kind == Rule::Kind::one_of;
    return fail(with_code(std::move(error)
                              .with("rule", std::string(rule_name(rule.kind)))
                              .with("limit", listed ? joined(rule.values) : std::to_string(bound(rule))),
                          rule.code));
  }

  std::span<const SettingBound> settings_;
  std::optional<Error> fault_;
};

bool is_empty(const json::value& value) {
  if (value.is_null()) return true;
  if (const json::string* text = value.if_string()) return text->empty();
  if (const json::array* array = value.if_array()) return array->empty();
  const json::object* object = value.if_object();
  return object != nullptr &&
         std::ranges::all_of(*object, [](const auto& member) { return is_empty(member.value()); });
}

/// Whether a structure has a field that may be dropped: the rows of an upload have none, and are not visited.
bool has_optional(const std::vector<Field>& fields) {
  return std::ranges::any_of(fields, [](const Field& field) {
    return !field.required || (field.structure != nullptr && has_optional(field.structure->fields));
  });
}

void drop_empty(const std::vector<Field>& fields, json::object& object) {
  for (const Field& field : fields) {
    json::value* value = object.if_contains(field.name);
    if (value == nullptr) continue;
    if (!field.required && !field.empty_refused && is_empty(*value)) {
      object.erase(field.name);
      continue;
    }
    if (field.structure == nullptr || !has_optional(field.structure->fields)) continue;
    if (json::object* inner = value->if_object()) drop_empty(field.structure->fields, *inner);
    if (json::array* rows = value->if_array()) {
      for (json::value& row : *rows) {
        if (json::object* inner = row.if_object()) drop_empty(field.structure->fields, *inner);
      }
    }
  }
}

}  // namespace

void drop_empty_optionals(const ActionDescription& action, json::object& parameters) {
  drop_empty(action.input, parameters);
}

Status check_parameters(const ActionDescription& action, const json::object& parameters,
                        std::span<const SettingBound> settings) {
  return Checker(settings).check(action.input, parameters);
}

Status check_answer(const ActionDescription& action, const json::object& answer) {
  return Checker({}).check(action.output, answer);
}

std::string_view code_of(const Error& error) {
  for (const Error::Fact& fact : error.facts()) {
    if (fact.name == "code") return fact.value;
  }
  if (error.is(errors::kMissing)) return "MissingParameter";
  if (error.is(errors::kUnknown)) return "UnknownParameter";
  if (error.is(errors::kType)) return "InvalidParameter";
  if (error.is(errors::kValue)) return "InvalidParameterValue";
  return {};
}

}  // namespace sesame::cloudapi
