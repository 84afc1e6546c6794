#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "cloudapi/description.hpp"

namespace sesame::cloudapi {

/// The value of a setting that replaces a described bound: {"limits.recipients_per_request", 20000}.
struct SettingBound {
  std::string_view setting;
  std::int64_t bound;  // 0: no bound.
};

/// Checks a request's parameters against the description, in this order: unknown names, missing ones, then
/// type and rules field by field in the description's order; equally inside each object. JSON null counts as
/// absent. Types are strict: 1.0 and "1" are refused as integers. Pure. Thread: any. Errors:
///   api.unknown  facts name                        → UnknownParameter
///   api.missing  facts name                        → MissingParameter
///   api.type     facts name, type (expected)       → InvalidParameter
///   api.value    facts name, value, rule, limit    → InvalidParameterValue
/// and a fact `code` when the description names a more specific code for that rule ("max_code",
/// "required_code"): answer that code then. code_of() does this choice.
Status check_parameters(const ActionDescription& action, const boost::json::object& parameters,
                        std::span<const SettingBound> settings = {});

/// Removes the optional parameters that are empty: "", {}, [] and objects of nothing but empty ones. Many
/// clients send their unset fields so. A field with "empty_refused" in the description keeps its empty value,
/// which its rules then refuse. Call it before check_parameters(). Pure. Thread: any.
void drop_empty_optionals(const ActionDescription& action, boost::json::object& parameters);

/// Checks an answer without RequestId against the description; for tests. Errors: those of check_parameters.
Status check_answer(const ActionDescription& action, const boost::json::object& answer);

/// The code for one of the errors above (the fact `code`, else the reason's); empty for any other reason. The
/// view lives as long as the error.
std::string_view code_of(const Error& error);

}  // namespace sesame::cloudapi
