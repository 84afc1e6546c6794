#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace sesame::commands {

/// JSON for people: indented by two blanks, keys in their order.
std::string pretty_json(const boost::json::value& value);

}  // namespace sesame::commands
