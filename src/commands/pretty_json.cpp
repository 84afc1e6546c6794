#include "commands/pretty_json.hpp"

#include <boost/json.hpp>

namespace sesame::commands {

namespace json = boost::json;

namespace {

void append(const json::value& value, std::size_t depth, std::string& out) {
  const std::string indent(2 * (depth + 1), ' ');
  const auto close = [&](char bracket) { out += "\n" + indent.substr(2) + bracket; };
  std::string_view separator = "\n";
  if (value.is_object() && !value.get_object().empty()) {
    out += '{';
    for (const auto& [key, item] : value.get_object()) {
      out += std::string(separator) + indent + json::serialize(key) + ": ";
      append(item, depth + 1, out);
      separator = ",\n";
    }
    close('}');
  } else if (value.is_array() && !value.get_array().empty()) {
    out += '[';
    for (const json::value& item : value.get_array()) {
      out += std::string(separator) + indent;
      append(item, depth + 1, out);
      separator = ",\n";
    }
    close(']');
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string pretty_json(const json::value& value) {
  std::string out;
  append(value, 0, out);
  return out;
}

}  // namespace sesame::commands
