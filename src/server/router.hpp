#pragma once

#include <atomic>

#include "net/http_server.hpp"

namespace sesame::server {

/// Tells apart what arrives on the one port: /healthz, /metrics, /openapi.json (?language=zh-CN), and
/// everything else, which is for the API. Any loop.
class Router final : public net::HttpHandler {
 public:
  /// `api` outlives the router.
  explicit Router(net::HttpHandler& api) : api_(api) {}

  /// While false, /healthz answers 503: during start and stop.
  void set_ready(bool ready) { ready_ = ready; }

  net::Task<net::HttpResponse> handle(net::HttpRequest request) override;
  net::HttpResponse too_large(const net::HttpRequest& head) override { return api_.too_large(head); }
  net::HttpResponse malformed(std::string_view why) override { return api_.malformed(why); }
  net::HttpResponse overloaded() override { return api_.overloaded(); }
  net::HttpResponse failed() override { return api_.failed(); }

 private:
  net::HttpHandler& api_;
  std::atomic<bool> ready_ = false;
};

}  // namespace sesame::server
