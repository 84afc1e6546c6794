#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "commands/commands.hpp"
#include "commands/pretty_json.hpp"

/// The fields of an answer, which the description promises, and its short form.
namespace sesame::commands {

inline std::string text_of(const boost::json::object& row, std::string_view name) {
  return boost::json::value_to<std::string>(row.at(name));
}

inline std::uint64_t number_of(const boost::json::object& row, std::string_view name) {
  return row.at(name).to_number<std::uint64_t>();
}

/// Prints what a command did: the line, or with --json the object.
inline void print_done(Context& context, bool json, const boost::json::object& object,
                       std::string_view line) {
  context.terminal.line(json ? pretty_json(object) : std::string(line));
}

}  // namespace sesame::commands
