#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http_server.hpp"

namespace sesame::server {

/// Routes the requests of the one port: answers /healthz, /metrics and /openapi.json (?language=zh-CN),
/// hands requests for added prefixes to their handlers, shows browsers that ask for / the way to the
/// console, and hands all others to the API. Thread: any (event loops).
class Router final : public net::HttpHandler {
 public:
  /// The reason why the program is not healthy; empty while it is. Thread: any.
  using Problem = std::function<std::string()>;

  /// `api` outlives the router. `problem` is asked with each /healthz.
  explicit Router(net::HttpHandler& api, Problem problem = {}) : api_(api), problem_(std::move(problem)) {}

  /// Adds a handler for the paths that begin with `prefix`; it outlives the router. Call it before the first
  /// request.
  void add(std::string_view prefix, net::HttpHandler& handler) {
    added_.push_back({prefix, &handler, false});
  }
  /// Adds the web console, which judges large bodies itself. As add().
  void add_console(std::string_view prefix, net::HttpHandler& handler) {
    added_.push_back({prefix, &handler, true});
    has_console_ = true;
  }

  /// While false, /healthz answers 503: during start and stop. It also does while there is a problem.
  void set_ready(bool ready) { ready_ = ready; }

  net::Task<net::HttpResponse> handle(net::HttpRequest request) override;
  net::HttpResponse too_large(const net::HttpRequest& head) override {
    return handler_of(head.path()).too_large(head);
  }
  net::HttpResponse head_too_large(const net::HttpRequest& begin) override {
    return handler_of(begin.path()).head_too_large(begin);
  }
  net::BodyAllowance allow_body(const net::HttpRequest& head) override;
  net::HttpResponse malformed(std::string_view why) override { return api_.malformed(why); }
  net::HttpResponse overloaded(const net::HttpRequest& head) override;
  net::HttpResponse failed(const net::HttpRequest& head) override;

 private:
  struct Added {
    std::string_view prefix;
    net::HttpHandler* handler;
    bool judges_bodies;
  };
  /// nullptr: the API's.
  const Added* find(std::string_view path) const;
  net::HttpHandler& handler_of(std::string_view path);
  /// Whether a person has typed the address of the server into a browser.
  bool wants_console(const net::HttpRequest& request) const;
  net::HttpResponse health() const;

  net::HttpHandler& api_;
  const Problem problem_;
  std::vector<Added> added_;  // Constant from the first request on.
  bool has_console_ = false;  // Constant from the first request on.
  std::atomic<bool> ready_ = false;
};

}  // namespace sesame::server
