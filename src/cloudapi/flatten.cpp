#include "cloudapi/flatten.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cstdint>
#include <optional>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "cloudapi/errors.hpp"

namespace sesame::cloudapi {

namespace {

namespace json = boost::json;

/// Removes the first segment from a dotted path and returns it.
std::string_view take_segment(std::string_view& path) {
  const std::size_t dot = path.find('.');
  const std::string_view segment = path.substr(0, dot);
  path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  return segment;
}

/// An array index as clients write it: decimal, no sign, no leading zero. SES: 0-based.
std::optional<std::uint32_t> index_of(std::string_view segment) {
  constexpr std::size_t kDigitsMax = 9;
  if (segment.empty() || segment.size() > kDigitsMax || (segment.size() > 1 && segment[0] == '0'))
    return std::nullopt;
  std::uint32_t index = 0;
  const auto [end, fault] = std::from_chars(segment.data(), segment.data() + segment.size(), index);
  if (fault != std::errc() || end != segment.data() + segment.size()) return std::nullopt;
  return index;
}

/// Sorts the elements of an array by number (clients send Emails.10 before Emails.2), so that one pass builds
/// it.
bool comes_before(const Parameter& left, const Parameter& right) {
  std::string_view a = left.first, b = right.first;
  while (!a.empty() && !b.empty()) {
    const std::string_view x = take_segment(a), y = take_segment(b);
    if (x == y) continue;
    const auto i = index_of(x), j = index_of(y);
    if (i && j) return *i < *j;
    if (i.has_value() != j.has_value()) return i.has_value();  // Keeps the order total: numbers first.
    return x < y;
  }
  return a.size() < b.size();
}

const Field* find(const std::vector<Field>& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

template <class Integer>
std::optional<Integer> number(std::string_view text) {
  Integer value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Builds the JSON from parameters in comes_before order.
class Builder {
 public:
  std::optional<Error> add(const ActionDescription& action, const Parameter& parameter) {
    parameter_ = &parameter;
    if (!utf8::valid(parameter.first)) return Error(errors::kUnknown).with("name", "?");
    if (!utf8::valid(parameter.second)) return refused("utf8");
    return member(action.input, root_, parameter.first);
  }
  json::object take() { return std::move(root_); }

 private:
  std::optional<Error> member(const std::vector<Field>& fields, json::object& into, std::string_view path) {
    const Field* field = find(fields, take_segment(path));
    if (!field) return unknown();
    if (field->type != Type::array && field->type != Type::object) {
      if (!path.empty() || parameter_->first.ends_with('.')) return unknown();
      if (into.contains(field->name)) return refused("repeated");
      return scalar(field->type, into[field->name], !field->required);
    }
    if (path.empty()) return wrong_type(field->type);
    json::value& nested = into[field->name];
    if (field->type == Type::object) return member(field->structure->fields, as_object(nested), path);
    return element(*field, nested.is_array() ? nested.get_array() : nested.emplace_array(), path);
  }

  std::optional<Error> element(const Field& field, json::array& into, std::string_view path) {
    const auto index = index_of(take_segment(path));
    if (!index) return unknown();
    if (field.item == Type::object && path.empty()) return wrong_type(Type::object);
    if (field.item != Type::object && (!path.empty() || parameter_->first.ends_with('.'))) return unknown();
    if (*index > into.size()) return refused("index");
    const bool begun = *index < into.size();
    if (begun && field.item != Type::object) return refused("repeated");
    if (!begun) into.emplace_back(nullptr);
    if (field.item == Type::object) return member(field.structure->fields, as_object(into[*index]), path);
    return scalar(field.item, into[*index], false);
  }

  static json::object& as_object(json::value& value) {
    return value.is_object() ? value.get_object() : value.emplace_object();
  }

  std::optional<Error> scalar(Type type, json::value& into, bool optional) {
    const std::string_view text = parameter_->second;
    if (text.empty() && optional) {
      into = text;  // Unset; drop_empty_optionals() removes it.
    } else if (type == Type::boolean) {
      // The Python SDK sends True and False.
      const bool yes = ascii::iequals(text, "true");
      if (!yes && !ascii::iequals(text, "false")) return wrong_type(type);
      into = yes;
    } else if (type == Type::uint64 || type == Type::int64) {
      if (const auto small = number<std::int64_t>(text)) {
        into = *small;
      } else if (const auto large = number<std::uint64_t>(text)) {
        into = *large;
      } else {
        return wrong_type(type);
      }
    } else {
      into = text;
    }
    return std::nullopt;
  }

  Error unknown() const { return Error(errors::kUnknown).with("name", parameter_->first); }
  Error wrong_type(Type type) const {
    return Error(errors::kType).with("name", parameter_->first).with("type", std::string(type_name(type)));
  }
  Error refused(std::string_view rule) const {
    return Error(errors::kValue).with("name", parameter_->first).with("rule", std::string(rule));
  }

  json::object root_;
  const Parameter* parameter_ = nullptr;
};

void flatten_into(std::vector<Parameter>& out, const std::string& name, const json::value& value) {
  const std::string prefix = name.empty() ? name : name + '.';
  if (const json::object* object = value.if_object()) {
    for (const auto& member : *object) flatten_into(out, prefix + std::string(member.key()), member.value());
  } else if (const json::array* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      flatten_into(out, prefix + std::to_string(i), (*array)[i]);
  } else if (const json::string* text = value.if_string()) {
    out.emplace_back(name, std::string(*text));
  } else if (!value.is_null()) {
    out.emplace_back(name, json::serialize(value));
  }
}

}  // namespace

Result<json::object> unflatten(const ActionDescription& action, std::vector<Parameter> parameters) {
  std::ranges::sort(parameters, comes_before);
  Builder builder;
  for (const Parameter& parameter : parameters) {
    if (auto error = builder.add(action, parameter)) return std::move(*error);
  }
  return builder.take();
}

std::vector<Parameter> flatten(const json::object& parameters) {
  std::vector<Parameter> out;
  for (const auto& member : parameters) flatten_into(out, std::string(member.key()), member.value());
  return out;
}

}  // namespace sesame::cloudapi
