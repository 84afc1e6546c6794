#include "cloudapi/decode_request.hpp"

#include <utility>

#include "cloudapi/envelope.hpp"
#include "cloudapi/flatten.hpp"
#include "cloudapi/form.hpp"

namespace sesame::cloudapi {

Result<boost::json::object> decode_request(const ActionDescription& action, RequestHead& head,
                                           const net::HttpRequest& request) {
  if (head.signing == RequestHead::Signing::v1) return unflatten(action, std::move(head.action_parameters));
  if (request.method == "POST") return decode_parameters(request.body);
  auto form = parse_form(request.query());
  if (!form) return std::move(form).error();
  return unflatten(action, std::move(form).value());
}

}  // namespace sesame::cloudapi
