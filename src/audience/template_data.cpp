#include "audience/template_data.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/static_resource.hpp>
#include <boost/json/value.hpp>
#include <optional>

#include "audience/errors.hpp"
#include "audience/prepare.hpp"
#include "base/variable_name.hpp"

namespace sesame::audience {
namespace {

namespace json = boost::json;

// 800 bytes of JSON make at most 200 members of some 50 bytes, and the parser's own stack.
constexpr std::size_t kParseBytes = 64 << 10;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// A `<` that opens a tag, an end tag, a comment or a declaration, with its `>` somewhere behind.
bool has_tag(std::string_view text) {
  for (std::size_t at = text.find('<'); at != text.npos; at = text.find('<', at + 1)) {
    if (at + 1 == text.size()) return false;
    const char next = text[at + 1];
    const bool opens = is_letter(next) || next == '/' || next == '!' || next == '?';
    if (opens && text.find('>', at + 1) != text.npos) return true;
  }
  return false;
}

/// Names that differ in blanks only are one.
void sort_names(std::vector<std::string>& names) {
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

bool is_plain(const json::value& value) { return value.is_string() || value.is_number() || value.is_bool(); }

Error refusal(const ErrorName& name, std::string_view text) {
  return Error(name).with("value", std::string(text));
}

}  // namespace

Result<std::vector<std::string>> check_template_data(std::string_view text) {
  if (text.size() > kMaxDataBytes) {
    return refusal(errors::kDataTooLong, text).with("limit", std::to_string(kMaxDataBytes));
  }
  std::array<unsigned char, kParseBytes> memory;
  json::static_resource resource(memory.data(), memory.size());
  boost::system::error_code failure;
  const json::value value = json::parse(text, failure, &resource);
  if (failure || !value.is_object()) return refusal(errors::kDataNotJson, text);
  std::vector<std::string> names;
  for (const auto& [name, member] : value.get_object()) {
    if (!is_plain(member)) return refusal(errors::kDataNotJson, text);
    if (member.is_string() && has_tag(member.get_string())) return refusal(errors::kDataHtml, text);
    if (is_plain_variable_name(name)) {
      names.emplace_back(name);
      continue;
    }
    std::optional<std::string> comparable = variable_name(name);
    if (!comparable)
      return name.empty() ? Error(errors::kDataNameIllegal) : refusal(errors::kDataNameIllegal, name);
    names.push_back(*std::move(comparable));
  }
  sort_names(names);
  return names;
}

std::string names_to_json(const std::vector<std::string>& names) {
  json::array array;
  for (const std::string& name : names) array.emplace_back(name);
  return json::serialize(array);
}

std::vector<std::string> names_from_json(std::string_view text) {
  std::vector<std::string> names;
  const json::value value = json::parse(text);
  for (const json::value& name : value.as_array()) {
    // Earlier versions stored names that no placeholder can hold.
    if (std::optional<std::string> known = variable_name(name.as_string()); known) names.push_back(*known);
  }
  sort_names(names);
  return names;
}

}  // namespace sesame::audience
