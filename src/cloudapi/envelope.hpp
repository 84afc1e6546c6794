#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "cloudapi/error_codes.hpp"

namespace sesame::cloudapi {

/// The outer JSON of requests and answers. Pure. Thread: any.

/// Limits of a request's JSON, above those of every action; a larger one is refused while it is read.
inline constexpr unsigned kJsonDepthMax = 32;
inline constexpr std::size_t kJsonValuesMax = 1'000'000;

/// The parameters of a JSON body; an empty body and null yield an empty object. Integers stay
/// integers. Errors:
///   api.not_json  facts rule, at, limit   not one JSON object in UTF-8, a name twice in one object, too many
///   values
///   api.too_deep  fact limit
Result<boost::json::object> decode_parameters(std::string_view body);

/// {"Response":{...fields,"RequestId":...}}
std::string encode_answer(boost::json::object fields, std::string_view request_id);
/// {"Response":{"Error":{"Code":...,"Message":...},"RequestId":...}}
std::string encode_error(const ApiError& error, std::string_view request_id);

}  // namespace sesame::cloudapi
