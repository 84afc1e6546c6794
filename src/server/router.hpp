#pragma once

#include <atomic>
#include <string_view>
#include <vector>

#include "net/http_server.hpp"

namespace sesame::server {

/// Routes the requests of the one port: answers /healthz, /metrics and /openapi.json (?language=zh-CN), hands
/// requests for added prefixes to their handlers, and all others to the API. Thread: any (event loops).
class Router final : public net::HttpHandler {
 public:
  /// `api` outlives the router.
  explicit Router(net::HttpHandler& api) : api_(api) {}

  /// Adds a handler for the paths that begin with `prefix`; it outlives the router. Call it before the first
  /// request.
  void add(std::string_view prefix, net::HttpHandler& handler) { added_.push_back({prefix, &handler}); }

  /// While false, /healthz answers 503: during start and stop.
  void set_ready(bool ready) { ready_ = ready; }

  net::Task<net::HttpResponse> handle(net::HttpRequest request) override;
  net::HttpResponse too_large(const net::HttpRequest& head) override {
    return handler_of(head.path()).too_large(head);
  }
  net::HttpResponse malformed(std::string_view why) override { return api_.malformed(why); }
  net::HttpResponse overloaded() override { return api_.overloaded(); }
  net::HttpResponse failed() override { return api_.failed(); }

 private:
  struct Added {
    std::string_view prefix;
    net::HttpHandler* handler;
  };
  net::HttpHandler& handler_of(std::string_view path);

  net::HttpHandler& api_;
  std::vector<Added> added_;  // Constant from the first request on.
  std::atomic<bool> ready_ = false;
};

}  // namespace sesame::server
