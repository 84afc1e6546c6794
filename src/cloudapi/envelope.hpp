#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "cloudapi/errors.hpp"

namespace sesame::cloudapi {

/// The outside of a request's and an answer's JSON.

/// Limits of a request's JSON: nesting beyond what any action has, refused before it is built.
inline constexpr unsigned kJsonDepthMax = 32;

/// The parameters of a JSON body; an empty body has none. Integers stay integers. "api.not_json" with fact
/// "detail": not one JSON object, nested too deeply, a name twice in one object, not UTF-8, or followed by
/// something else.
Result<boost::json::object> decode_parameters(std::string_view body);

/// {"Response":{...fields,"RequestId":...}}
std::string encode_answer(boost::json::object fields, std::string_view request_id);
/// {"Response":{"Error":{"Code":...,"Message":...},"RequestId":...}}
std::string encode_error(const ApiError& error, std::string_view request_id);

}  // namespace sesame::cloudapi
