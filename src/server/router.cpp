#include "server/router.hpp"

#include <utility>

#include "base/metrics.hpp"
#include "cloudapi/openapi.hpp"

namespace sesame::server {

namespace {

net::HttpResponse plain(unsigned status, std::string body) {
  net::HttpResponse response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

/// Made once, since it never changes while the program runs.
const std::string& openapi_text(bool chinese) {
  static const std::string en = openapi_document(cloudapi::description(), cloudapi::Language::en);
  static const std::string zh = openapi_document(cloudapi::description(), cloudapi::Language::zh);
  return chinese ? zh : en;
}

}  // namespace

net::HttpHandler& Router::handler_of(std::string_view path) {
  for (const Added& added : added_) {
    if (path.starts_with(added.prefix)) return *added.handler;
  }
  return api_;
}

net::HttpResponse Router::health() const {
  if (!ready_) return plain(503, "not ready\n");
  const std::string problem = problem_ ? problem_() : std::string();
  return problem.empty() ? plain(200, "ready\n") : plain(503, problem + "\n");
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
  net::HttpHandler& handler = handler_of(request.path());
  net::HttpResponse response = co_await handler.handle(std::move(request));
  co_return response;
}

}  // namespace sesame::server
