#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/description.hpp"

/// Answers for callers who may not see whom the mail was for. Pure. Thread: any.
namespace sesame::cloudapi {

/// The text with the addresses in it masked: "a•••@example.com". A JSON object or list is masked as a whole,
/// since its values may be anything about a person; a subject such as "[News] Hello" counts as text.
std::string masked(std::string_view text);

/// Masks the texts of all fields that the description calls personal.
void mask_addresses(const std::vector<Field>& fields, boost::json::object& answer);

}  // namespace sesame::cloudapi
