#include "cloudapi/mask_addresses.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "base/ascii.hpp"

namespace sesame::cloudapi {
namespace {

namespace json = boost::json;

constexpr std::string_view kMask = "\u2022\u2022\u2022";

/// Whether a byte can belong to what stands before an @; bytes of letters beyond ASCII do.
bool is_local(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || ascii::is_alpha(c) || ascii::is_digit(c) ||
         std::string_view(".!#$%&'*+/=?^_`{|}~-").find(c) != std::string_view::npos;
}

/// Where the part before the @ at `at` begins; `at` when there is none. RFC 5321 §4.1.2: it may be quoted.
std::size_t begin_of_local(std::string_view text, std::size_t at, std::size_t least) {
  std::size_t begin = at;
  if (begin > least && text[begin - 1] == '"') {
    const std::size_t quote = begin > least + 1 ? text.rfind('"', begin - 2) : std::string_view::npos;
    return quote == std::string_view::npos || quote < least ? least : quote;
  }
  while (begin > least && is_local(text[begin - 1])) --begin;
  return begin;
}

/// The bytes of the first character.
std::size_t first_character(std::string_view text) {
  std::size_t bytes = 1;
  while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) ++bytes;
  return bytes;
}

/// Whether it is a JSON object, even a cut one, or a list: a bracket alone also begins subjects.
bool is_json(std::string_view text) {
  if (text.starts_with('{')) return true;
  if (!text.starts_with('[')) return false;
  const std::size_t first = text.find_first_not_of(" \t\r\n", 1);
  if (first == std::string_view::npos) return false;
  const char c = text[first];
  return std::string_view("{[\"-]").find(c) != std::string_view::npos || ascii::is_digit(c);
}

void mask_value(json::value& value) {
  if (value.is_string()) {
    value = json::string(masked(value.get_string()));
  } else if (value.is_array()) {
    for (json::value& item : value.get_array()) mask_value(item);
  } else if (value.is_object()) {
    for (auto& member : value.get_object()) mask_value(member.value());
  }
}

void mask_inside(const Field& field, json::value& value) {
  if (value.is_object()) mask_addresses(field.structure->fields, value.get_object());
  if (!value.is_array()) return;
  for (json::value& item : value.get_array()) {
    if (item.is_object()) mask_addresses(field.structure->fields, item.get_object());
  }
}

}  // namespace

std::string masked(std::string_view text) {
  if (is_json(text)) return std::string(kMask);
  std::string out;
  std::size_t copied = 0;
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    const std::size_t begin = begin_of_local(text, at, copied);
    if (begin == at) continue;
    const std::string_view local = text.substr(begin, at - begin);
    out.append(text.substr(copied, begin - copied))
        .append(local.substr(0, first_character(local)))
        .append(kMask);
    copied = at;
  }
  return out.append(text.substr(copied));
}

void mask_addresses(const std::vector<Field>& fields, json::object& answer) {
  for (const Field& field : fields) {
    json::value* value = answer.if_contains(field.name);
    if (value == nullptr) continue;
    if (field.personal)
      mask_value(*value);
    else if (field.structure != nullptr)
      mask_inside(field, *value);
  }
}

}  // namespace sesame::cloudapi
