#include "net/http_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "net/http_response.hpp"
#include "net/http_session.hpp"
#include "net/loops.hpp"
#include "net/stream_parts.hpp"

namespace sesame::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using State = std::shared_ptr<HttpServerState>;

/// Out of descriptors, mostly: nothing gets better by trying at once again.
constexpr std::chrono::milliseconds kAcceptPause{50};
/// What stop() still waits for handlers whose connections it has closed.
constexpr std::chrono::milliseconds kLastWait{1'000};

Task<void> run_session(std::shared_ptr<HttpSession> session) { co_await session->run(); }

/// Says so if it can without waiting: nothing may be held up by those who are too many.
void turn_away(tcp::socket& socket, const State& state) {
  static Counter& refused =
      counter("sesame_http_refused_total", "Connections that ended with a refusal", {{"why", "overloaded"}});
  refused.add();
  error_code ignored;
  if (!state->tls) {
    const HttpResponse response = state->handler.overloaded();
    ResponseForm form;
    form.keep_alive = false;
    std::string out;
    append_head(out, response, form, state->clock.now_s());
    out += response.body;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(out), ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
  }
  socket.close(ignored);
}

void take_in(tcp::socket socket, const State& state, std::size_t loop) {
  if (state->gate.inside() >= state->options.max_connections) return turn_away(socket, state);
  if (!state->gate.enter()) return;
  const asio::any_io_executor executor = socket.get_executor();
  auto parts = std::make_shared<Stream::Parts>(std::move(socket));
  parts->settle();
  auto session = std::make_shared<HttpSession>(state, Stream(std::move(parts)), loop);
  asio::co_spawn(executor, run_session(std::move(session)), asio::detached);
}

/// Accepts on its own loop and deals the connections out to all of them in turn. One listener rather than one
/// a loop (SO_REUSEPORT): the kernel would spread few connections unevenly, and a second program on the port
/// unnoticed.
Task<void> accept_until_closed(std::shared_ptr<tcp::acceptor> acceptor, State state, Loops* loops) {
  for (std::size_t next = 0; acceptor->is_open(); next = (next + 1) % loops->size()) {
    tcp::socket socket(loops->executor(next));
    const auto result = co_await acceptor->async_accept(socket, asio::as_tuple(asio::use_awaitable));
    const error_code code = std::get<0>(result);
    if (!code) {
      take_in(std::move(socket), state, next);
    } else if (acceptor->is_open() && code != asio::error::connection_aborted) {
      log_warning("net.accept_failed", {{"cause", code.message()}});
      co_await sleep_for(kAcceptPause);
    }
  }
}

Error cannot_listen(const HttpServerOptions& options, const error_code& code) {
  const bool in_use = code == asio::error::address_in_use;
  return Error(in_use ? "net.address_in_use" : "net.failed")
      .with("host", options.host)
      .with("port", std::to_string(options.port))
      .because(code.message());
}

Result<std::shared_ptr<tcp::acceptor>> listen(const asio::any_io_executor& executor,
                                              const HttpServerOptions& options) {
  error_code code;
  tcp::resolver resolver(executor);
  const auto addresses = resolver.resolve(options.host, std::to_string(options.port),
                                          tcp::resolver::passive | tcp::resolver::numeric_service, code);
  if (code) return Error("net.unresolved").with("host", options.host).because(code.message());
  const tcp::endpoint address = addresses.begin()->endpoint();
  auto acceptor = std::make_shared<tcp::acceptor>(executor);
  acceptor->open(address.protocol(), code);
  // A restart must not wait for the connections of the program before to be forgotten.
  if (!code) acceptor->set_option(tcp::acceptor::reuse_address(true), code);
  if (!code) acceptor->bind(address, code);
  if (!code) acceptor->listen(asio::socket_base::max_listen_connections, code);
  if (code) return cannot_listen(options, code);
  return acceptor;
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
  std::shared_ptr<tcp::acceptor> acceptor;  // Only on the first loop once it accepts.
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
  auto acceptor = listen(parts_->loops.executor(0), options);
  if (!acceptor) return std::move(acceptor).error();
  parts_->acceptor = *acceptor;
  const std::uint16_t port = parts_->acceptor->local_endpoint().port();
  parts_->loops.spawn(0, [listening = parts_->acceptor, state = parts_->state, loops = &parts_->loops] {
    return accept_until_closed(listening, state, loops);
  });
  return port;
}

void HttpServer::stop() {
  if (!parts_->acceptor || parts_->state->stopping.exchange(true)) return;
  parts_->loops.post(0, [acceptor = parts_->acceptor] {
    error_code ignored;
    acceptor->close(ignored);
  });
  parts_->close_sessions(true);
  Gate& gate = parts_->state->gate;
  if (gate.close_and_wait(parts_->state->options.drain_timeout)) return;
  parts_->close_sessions(false);
  if (!gate.close_and_wait(kLastWait)) {
    log_warning("net.handlers_left", {{"connections", gate.inside()}});
  }
}

std::size_t HttpServer::connections() const { return parts_->state->gate.inside(); }

std::size_t HttpServer::bodies_bytes() const { return parts_->state->bodies_bytes; }

}  // namespace sesame::net
