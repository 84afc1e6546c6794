#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>

#include "net/http_server.hpp"
#include "net/loops.hpp"
#include "net/task.hpp"
#include "testkit/tcp_peer.hpp"

namespace sesame::net {

using testkit::TcpPeer;

/// A body that counts from 1 to `last`, each number with `padding` blanks, then ends.
class Counting final : public BodySource {
 public:
  explicit Counting(int last, std::size_t padding = 0) : last_(last), padding_(padding, ' ') {}
  Task<std::optional<std::string>> next() override {
    co_await sleep_for(std::chrono::milliseconds(1));
    if (++made_ > last_) co_return std::nullopt;
    co_return std::to_string(made_) + padding_ + "\n";
  }

 private:
  const int last_;
  const std::string padding_;
  int made_ = 0;
};

/// Answers with the request; "/slow" waits until it is released, "/throw" throws. Bodies for "/stranger" may
/// have 64 KiB, those for "/unsure" are a stranger's.
class Echo final : public HttpHandler {
 public:
  Task<HttpResponse> handle(HttpRequest request) override {
    ++requests;
    if (request.path() == "/throw") throw std::runtime_error("a bug");
    if (request.path() == "/slow") {
      while (!released) co_await sleep_for(std::chrono::milliseconds(2));
    }
    HttpResponse response;
    response.content_type = "text/plain";
    response.body = request.method + " " + request.target + " host=" + std::string(request.header("HOST")) +
                    " body=" + request.body + " from=" + request.peer_address +
                    (request.secure ? " secure" : " plain");
    if (request.path() == "/large") response.body.assign(300'000, 'x');
    if (request.path() == "/huge") response.body.assign(20'000'000, 'x');
    if (request.path() == "/none") response.status = 204;
    if (request.path() == "/count") response.source = std::make_shared<Counting>(3);
    if (request.path() == "/endless") response.source = std::make_shared<Counting>(1'000'000'000);
    if (request.path() == "/flood") response.source = std::make_shared<Counting>(1'000'000'000, 65'536);
    if (request.path() == "/inject") response.headers.emplace_back("X-Bad", "a\r\nX-Forged: yes");
    co_return response;
  }
  BodyAllowance allow_body(const HttpRequest& head) override {
    if (head.path() == "/stranger") return {.bytes = 64 * 1024, .known_client = false};
    return {.known_client = head.path() != "/unsure"};
  }
  HttpResponse too_large(const HttpRequest& head) override {
    HttpResponse response;
    response.body = "too large for " + head.target + " of " + std::string(head.header("X-Name"));
    return response;
  }

  std::atomic<int> requests{0};
  std::atomic<bool> released{false};
};

/// A server with that handler, started with the first client; requests may have 4 KiB of head, 100,000 of
/// body.
class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() {
    options_.max_body_bytes = 100'000;
    options_.max_header_bytes = 4096;
  }
  ~HttpServerTest() override {
    echo_.released = true;
    server_.reset();
    loops_.stop();
  }

  TcpPeer client() {
    if (!server_) start();
    return TcpPeer::connect(port_);
  }
  void start() {
    loops_.start();
    server_.emplace(loops_, echo_, options_);
    const auto port = server_->start();
    ASSERT_TRUE(port.ok()) << port.error().cause();
    port_ = *port;
  }
  /// Sends `bytes`; returns the answer until the server closes.
  std::string refused(std::string_view bytes) {
    TcpPeer peer = client();
    peer.send(bytes);
    bool closed = false;
    std::string answer = peer.read_to_end(&closed);
    EXPECT_TRUE(closed);
    return answer;
  }

  HttpServerOptions options_;
  Echo echo_;
  Loops loops_{2};
  std::optional<HttpServer> server_;
  std::uint16_t port_ = 0;
};

}  // namespace sesame::net
