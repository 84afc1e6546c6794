#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/http_server.hpp"

/// The bodies of the console's requests. Pure. Thread: any.
namespace sesame::console {

/// One JSON object in UTF-8. Error: errors::kBadRequest.
Result<boost::json::object> read_body(const net::HttpRequest& request);
/// A text of the body; empty when it is absent or something else.
std::string text_of(const boost::json::object& body, std::string_view name);

}  // namespace sesame::console
