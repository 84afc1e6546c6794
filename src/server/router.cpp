#include "server/router.hpp"

#include <utility>

#include "base/metrics.hpp"
#include "cloudapi/openapi.hpp"
#include "net/body_share.hpp"

namespace sesame::server {

namespace {

net::HttpResponse plain(unsigned status, std::string body) {
  net::HttpResponse response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

/// Whether a path of the API's handler is certainly a call of an action. Without a path nobody knows.
bool is_call(std::string_view path) {
  return !path.empty() && path != "/healthz" && path != "/metrics" && path != "/openapi.json";
}

/// Made once, since it never changes while the program runs.
const std::string& openapi_text(bool chinese) {
  static const std::string en = openapi_document(cloudapi::description(), cloudapi::Language::en);
  static const std::string zh = openapi_document(cloudapi::description(), cloudapi::Language::zh);
  return chinese ? zh : en;
}

}  // namespace

const Router::Added* Router::find(std::string_view path) const {
  for (const Added& added : added_) {
    if (path.starts_with(added.prefix)) return &added;
  }
  return nullptr;
}

net::HttpHandler& Router::handler_of(std::string_view path) {
  const Added* added = find(path);
  return added == nullptr ? api_ : *added->handler;
}

bool Router::wants_console(const net::HttpRequest& request) const {
  if (!has_console_ || request.path() != "/" || request.query().find("Action=") != std::string_view::npos)
    return false;
  return request.header("accept").find("text/html") != std::string_view::npos &&
         !request.has_header("authorization") && !request.has_header("x-tc-action");
}

net::HttpResponse Router::health() const {
  if (!ready_) return plain(503, "not ready\n");
  const std::string problem = problem_ ? problem_() : std::string();
  return problem.empty() ? plain(200, "ready\n") : plain(503, problem + "\n");
}

net::BodyAllowance Router::allow_body(const net::HttpRequest& head) {
  const Added* added = find(head.path());
  if (added == nullptr) return api_.allow_body(head);
  if (added->judges_bodies) return added->handler->allow_body(head);
  return {.bytes = net::BodyShare::kFreeBytes, .known_client = false};  // Forms of links are small.
}

// The API says no with status 200 and an error in the body. Mail programs that follow a link, and monitors
// that ask /healthz, read the status only: they must not take a refusal for success.

net::HttpResponse Router::overloaded(const net::HttpRequest& head) {
  net::HttpHandler& handler = handler_of(head.path());
  net::HttpResponse response = handler.overloaded(head);
  if (&handler == &api_ && !is_call(head.path())) response.status = 503;
  return response;
}

net::HttpResponse Router::failed(const net::HttpRequest& head) {
  net::HttpHandler& handler = handler_of(head.path());
  net::HttpResponse response = handler.failed(head);
  if (&handler == &api_ && !is_call(head.path())) response.status = 500;
  return response;
}

net::Task<net::HttpResponse> Router::handle(net::HttpRequest request) {
  const bool is_get = request.method == "GET" || request.method == "HEAD";
  if (is_get && request.path() == "/healthz") {
    co_return health();
  }
  if (is_get && request.path() == "/metrics") {
    net::HttpResponse response = plain(200, metrics_text());
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    co_return response;
  }
  if (is_get && request.path() == "/openapi.json") {
    const bool chinese = request.query() == "language=zh-CN";
    net::HttpResponse response = plain(200, openapi_text(chinese));
    response.content_type = "application/json";
    co_return response;
  }
  if (is_get && wants_console(request)) {
    net::HttpResponse response;
    response.status = 302;
    response.headers.emplace_back("Location", "/console/");
    co_return response;
  }
  net::HttpHandler& handler = handler_of(request.path());
  net::HttpResponse response = co_await handler.handle(std::move(request));
  co_return response;
}

}  // namespace sesame::server
