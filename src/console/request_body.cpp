#include "console/request_body.hpp"

#include <boost/json/value.hpp>

#include "cloudapi/envelope.hpp"
#include "console/errors.hpp"

namespace sesame::console {

namespace json = boost::json;

Result<json::object> read_body(const net::HttpRequest& request) {
  Result<json::object> body = cloudapi::decode_parameters(request.body);
  if (body) return body;
  return Error(errors::kBadRequest).with("rule", "the body is not one JSON object in UTF-8");
}

std::string text_of(const json::object& body, std::string_view name) {
  const json::value* value = body.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

}  // namespace sesame::console
