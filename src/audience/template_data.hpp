#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sesame::audience {

/// Checks the template data of one recipient and returns its variable names (base/variable_name.hpp), sorted.
/// Errors, with fact "value": errors::kDataTooLong, errors::kDataNameIllegal, errors::kDataNotJson (not one
/// JSON object of plain values: text, numbers, booleans), errors::kDataHtml (a tag in a value). Pure. Thread:
/// any.
Result<std::vector<std::string>> check_template_data(std::string_view text);

/// Sorted names as the JSON array of the group's row, and back.
std::string names_to_json(const std::vector<std::string>& names);
std::vector<std::string> names_from_json(std::string_view json);

}  // namespace sesame::audience
