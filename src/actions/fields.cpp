#include "actions/fields.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <limits>

#include "base/beijing_time.hpp"

namespace sesame::actions {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kDefaultPage = 10;

std::string_view view_of(const json::string& text) { return {text.data(), text.size()}; }

std::uint64_t number_of(const json::value& value) {
  if (const std::uint64_t* number = value.if_uint64()) return *number;
  if (const std::int64_t* number = value.if_int64()) return static_cast<std::uint64_t>(*number);
  return 0;
}

}  // namespace

const json::value* Fields::find(std::string_view name) const {
  const json::value* value = object_.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

bool Fields::has(std::string_view name) const { return find(name) != nullptr; }

std::string_view Fields::text(std::string_view name) const {
  return maybe_text(name).value_or(std::string_view());
}

std::optional<std::string_view> Fields::maybe_text(std::string_view name) const {
  const json::value* value = find(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return view_of(value->get_string());
}

bool Fields::flag(std::string_view name) const {
  const json::value* value = find(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::uint64_t Fields::number(std::string_view name) const {
  const json::value* value = find(name);
  return value == nullptr ? 0 : number_of(*value);
}

std::optional<std::int64_t> Fields::maybe_number(std::string_view name) const {
  const json::value* value = find(name);
  if (value == nullptr) return std::nullopt;
  return static_cast<std::int64_t>(number_of(*value));
}

std::vector<std::int64_t> Fields::numbers(std::string_view name) const {
  std::vector<std::int64_t> numbers;
  const json::value* value = find(name);
  if (value == nullptr) return numbers;
  for (const json::value& each : value->as_array())
    numbers.push_back(static_cast<std::int64_t>(number_of(each)));
  return numbers;
}

std::vector<std::string_view> Fields::text_views(std::string_view name) const {
  std::vector<std::string_view> texts;
  const json::value* value = find(name);
  if (value == nullptr || !value->is_array()) return texts;
  texts.reserve(value->get_array().size());
  for (const json::value& item : value->get_array()) {
    texts.push_back(item.is_string() ? view_of(item.get_string()) : std::string_view());
  }
  return texts;
}

std::vector<std::string> Fields::texts(std::string_view name) const {
  const std::vector<std::string_view> views = text_views(name);
  return {views.begin(), views.end()};
}

const json::object* Fields::object(std::string_view name) const {
  const json::value* value = find(name);
  return value == nullptr ? nullptr : value->if_object();
}

std::vector<const json::object*> Fields::objects(std::string_view name) const {
  std::vector<const json::object*> objects;
  const json::value* value = find(name);
  if (value == nullptr || !value->is_array()) return objects;
  for (const json::value& item : value->get_array()) {
    if (const json::object* object = item.if_object()) objects.push_back(object);
  }
  return objects;
}

std::int64_t Fields::offset() const {
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(number("Offset"), kMax));
}

std::uint64_t Fields::page_limit() const {
  const std::uint64_t limit = number("Limit");
  return limit == 0 ? kDefaultPage : limit;
}

std::int64_t moment_end_ms(std::string_view text, std::int64_t moment_ms) {
  constexpr std::size_t kDayCharacters = 10;
  return text.size() == kDayCharacters ? beijing_day_start_ms(beijing_day(moment_ms) + 1) : moment_ms + 1000;
}

}  // namespace sesame::actions
