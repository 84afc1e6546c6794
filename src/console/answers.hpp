#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "base/error.hpp"
#include "net/http_server.hpp"

/// The answers of the console. Pure. Thread: any.
namespace sesame::console {

net::HttpResponse json_answer(unsigned status, const boost::json::object& body);
/// {"error":{"code":..., "message":...}} with the status of the error's reason.
net::HttpResponse refusal(const Error& error);
/// The code of that answer.
std::string_view code_of(const Error& error);
net::HttpResponse redirect(unsigned status, std::string_view to);

/// Adds the headers that every answer of the console has, but for the policy of a document.
void add_security_headers(net::HttpResponse& response, bool secure);
/// The policy of the console's own document; `nonce` lets its editor add style sheets.
std::string document_policy(std::string_view nonce);
/// The policy of content that came from outside: no script, no origin, nothing loaded. `remote_images`:
/// images may be, because the person asked.
std::string content_policy(bool remote_images);

}  // namespace sesame::console
