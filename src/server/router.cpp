#include "server/router.hpp"

#include <utility>

#include "base/metrics.hpp"

namespace sesame::server {

namespace {

net::HttpResponse plain(unsigned status, std::string body) {
  net::HttpResponse response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

}  // namespace

net::Task<net::HttpResponse> Router::handle(net::HttpRequest request) {
  const bool is_get = request.method == "GET" || request.method == "HEAD";
  if (is_get && request.path() == "/healthz") {
    co_return ready_ ? plain(200, "ready\n") : plain(503, "not ready\n");
  }
  if (is_get && request.path() == "/metrics") {
    net::HttpResponse response = plain(200, metrics_text());
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    co_return response;
  }
  net::HttpResponse response = co_await api_.handle(std::move(request));
  co_return response;
}

}  // namespace sesame::server
