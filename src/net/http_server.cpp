#include "net/http_server.hpp"

#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "net/deadline.hpp"
#include "net/http_response.hpp"
#include "net/http_session.hpp"
#include "net/listener.hpp"
#include "net/loops.hpp"

namespace sesame::net {

namespace {

using State = std::shared_ptr<HttpServerState>;

/// The time that stop() waits for handlers whose connections it has closed.
constexpr std::chrono::milliseconds kLastWait{1'000};

Task<void> run_session(std::shared_ptr<HttpSession> session) { co_await session->run(); }

/// Answers a connection above the limit if that is possible without waiting.
void turn_away(Stream stream, const State& state) {
  static Counter& refused =
      counter("sesame_http_refused_total", "Connections that ended with a refusal", {{"why", "overloaded"}});
  refused.add();
  if (state->tls) return;
  const HttpResponse response = state->handler.overloaded();
  ResponseForm form;
  form.keep_alive = false;
  std::string out;
  append_head(out, response, form, state->clock.now_s());
  out += response.body;
  stream.write_and_leave(out);
}

void take_in(Stream stream, const State& state, Loops& loops, std::size_t loop) {
  if (state->gate.inside() >= state->options.max_connections) return turn_away(std::move(stream), state);
  if (!state->gate.enter()) return;
  auto session = std::make_shared<HttpSession>(state, std::move(stream), loop);
  loops.spawn(loop, [session = std::move(session)] { return run_session(session); });
}

}  // namespace

struct HttpServer::Parts {
  Parts(Loops& given, HttpHandler& handler, HttpServerOptions options)
      : loops(given), state(std::make_shared<HttpServerState>(handler, std::move(options), given.size())) {}

  void close_sessions(bool only_idle) {
    for (std::size_t loop = 0; loop < loops.size(); ++loop) {
      loops.post(loop, [state = state, loop, only_idle] {
        for (HttpSession* session : state->sessions[loop])
          only_idle ? session->close_if_idle() : session->close();
      });
    }
  }

  Loops& loops;
  State state;
  std::optional<Listener> listener;
  // Set by close().
  std::optional<Deadline> drained_by;
  std::optional<Deadline> ended_by;
  bool stopped = false;
};

HttpServer::HttpServer(Loops& loops, HttpHandler& handler, HttpServerOptions options)
    : parts_(std::make_shared<Parts>(loops, handler, std::move(options))) {}

HttpServer::~HttpServer() { stop(); }

Result<std::uint16_t> HttpServer::start() {
  const HttpServerOptions& options = parts_->state->options;
  if (options.tls) {
    Result<TlsContext> context = TlsContext::server(*options.tls);
    if (!context) return std::move(context).error();
    parts_->state->tls = *context;
  }
  Listener& listener = parts_->listener.emplace(parts_->loops, options.host, options.port);
  Result<std::uint16_t> port =
      listener.start([state = parts_->state, loops = &parts_->loops](Stream stream, std::size_t loop) {
        take_in(std::move(stream), state, *loops, loop);
      });
  if (!port) parts_->listener.reset();
  return port;
}

void HttpServer::close() {
  if (!parts_->listener || parts_->state->stopping.exchange(true)) return;
  const std::chrono::milliseconds drain = parts_->state->options.drain_timeout;
  parts_->drained_by.emplace(drain);
  parts_->ended_by.emplace(drain + kLastWait);
  parts_->listener->close();
  parts_->close_sessions(true);
}

void HttpServer::stop() {
  close();
  if (!parts_->drained_by || std::exchange(parts_->stopped, true)) return;
  Gate& gate = parts_->state->gate;
  if (gate.close_and_wait(parts_->drained_by->left())) return;
  parts_->close_sessions(false);
  if (!gate.close_and_wait(parts_->ended_by->left())) {
    log_warning("net.handlers_not_finished", {{"connections", gate.inside()}});
  }
}

std::size_t HttpServer::connections() const { return parts_->state->gate.inside(); }

std::size_t HttpServer::bodies_bytes() const { return parts_->state->bodies_bytes; }

}  // namespace sesame::net
