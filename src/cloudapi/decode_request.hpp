#pragma once

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "cloudapi/description.hpp"
#include "cloudapi/request_head.hpp"
#include "net/http_server.hpp"

namespace sesame::cloudapi {

/// The parameters of a request in any of its forms, before one of them is checked: JSON of a POST, a query, a
/// form of version 1, which is taken out of `head`. Errors: those of decode_parameters, parse_form and
/// unflatten. Pure. Thread: any.
Result<boost::json::object> decode_request(const ActionDescription& action, RequestHead& head,
                                           const net::HttpRequest& request);

}  // namespace sesame::cloudapi
