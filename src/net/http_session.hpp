#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "base/gate.hpp"
#include "net/body_share.hpp"
#include "net/http_server.hpp"
#include "net/read_buffer.hpp"
#include "net/stream.hpp"

namespace sesame::net {

class HttpSession;
class RequestParser;

/// The state that the connections of one server share.
struct HttpServerState {
  HttpServerState(HttpHandler& answers, HttpServerOptions given, std::size_t loops)
      : handler(answers), options(std::move(given)), sessions(loops) {}

  // Constant once the server has started.
  HttpHandler& handler;
  const HttpServerOptions options;
  std::optional<TlsContext> tls;
  SystemClock clock;  // For the Date header only.

  // The following members are safe from any thread.
  std::atomic<bool> stopping{false};
  Gate gate;                                 // The sessions are inside.
  std::atomic<std::size_t> bodies_bytes{0};  // The sum of the sessions' BodyShares.

  std::vector<std::unordered_set<HttpSession*>> sessions;  // By loop; each only on its own loop.
};

/// One connection, from the handshake to the end. Constructed on any thread. Thread: loop.
class HttpSession {
 public:
  /// The caller has entered the state's gate; the destructor leaves it.
  HttpSession(std::shared_ptr<HttpServerState> state, Stream stream, std::size_t loop);
  ~HttpSession();
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  /// Returns when the connection is over; a request that fails inside ends only its connection.
  Task<void> run();

  void close_if_idle();
  void close();

 private:
  Task<void> serve();
  Task<bool> serve_one();
  Task<bool> receive(RequestParser& parser, BodyShare& share);
  Task<bool> fill(std::size_t room, Deadline deadline);
  Task<HttpResponse> answer(HttpRequest request);
  HttpResponse refuse(RequestParser& parser);
  Task<bool> send(HttpResponse response, bool head_only, bool keep_alive, bool http_1_0);

  const std::shared_ptr<HttpServerState> state_;
  const std::size_t loop_;
  Stream stream_;
  ReadBuffer buffer_;
  std::string out_;   // The answer's head; a member so that its memory is used again.
  bool idle_ = true;  // No request has begun: nothing is lost by closing.
};

}  // namespace sesame::net
