#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "cloudapi/description.hpp"

namespace sesame::cloudapi {

/// A decoded (raw) name and value of a query or form: {"Template.TemplateID", "7"}.
using Parameter = std::pair<std::string, std::string>;

/// Converts query or form parameters to JSON, each value to the type that the description gives its name; the
/// order of the pairs does not matter. Pass the action's own parameters only, without the common ones
/// (Action, Region, Nonce). Booleans in any case; integers in plain decimal. The result must still pass
/// check_parameters. Errors: api.unknown (no such name) and api.type (not a number, not a boolean) with the
/// facts of check.hpp; api.value with rule `index` (indexes must be 0, 1, 2, ...), `repeated` or `utf8`.
/// Pure. Thread: any.
Result<boost::json::object> unflatten(const ActionDescription& action, std::vector<Parameter> parameters);

/// Converts JSON to parameters, for a client that uses GET or signature v1. null, [] and {} vanish, as the
/// protocol demands. Pure. Thread: any.
std::vector<Parameter> flatten(const boost::json::object& parameters);

}  // namespace sesame::cloudapi
