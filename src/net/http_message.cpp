#include <algorithm>

#include "base/ascii.hpp"
#include "net/http_server.hpp"

namespace sesame::net {

namespace {

HttpResponse plain(unsigned status, std::string_view text) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/plain";
  response.body.append(text).append("\n");
  return response;
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const {
  for (const HttpHeader& header : headers) {
    if (ascii::iequals(header.name, name)) return header.value;
  }
  return "";
}

bool HttpRequest::has_header(std::string_view name) const {
  return std::ranges::any_of(headers, [&](const HttpHeader& h) { return ascii::iequals(h.name, name); });
}

bool HttpRequest::has_duplicate(std::string_view name) const {
  return std::ranges::count_if(headers, [&](const HttpHeader& h) { return ascii::iequals(h.name, name); }) >
         1;
}

std::string_view HttpRequest::path() const { return std::string_view(target).substr(0, target.find('?')); }

std::string_view HttpRequest::query() const {
  const std::size_t mark = target.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

HttpResponse HttpHandler::too_large(const HttpRequest&) { return plain(413, "The body is too large."); }
HttpResponse HttpHandler::malformed(std::string_view why) { return plain(400, why); }
HttpResponse HttpHandler::head_too_large(const HttpRequest&) { return plain(431, "The head is too large."); }
BodyAllowance HttpHandler::allow_body(const HttpRequest&) { return {}; }
HttpResponse HttpHandler::overloaded(const HttpRequest&) { return plain(503, "The server is busy."); }
HttpResponse HttpHandler::failed(const HttpRequest&) { return plain(500, "Internal error."); }

}  // namespace sesame::net
