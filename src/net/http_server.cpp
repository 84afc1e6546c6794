#include "net/http_server.hpp"

#include <algorithm>
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

Counter& turned_away(const char* why) {
  return counter("sesame_http_refused_total", "Connections that ended with a refusal", {{"why", why}});
}

/// Answers a connection above a limit if that is possible without waiting.
void turn_away(Stream stream, const State& state, Counter& refused) {
  refused.add();
  if (state->tls) return;
  const HttpResponse response = state->handler.overloaded(HttpRequest());
  ResponseForm form;
  form.keep_alive = false;
  std::string out;
  append_head(out, response, form, state->clock.now_s());
  out += response.body;
  stream.write_and_leave(out);
}

/// Closes the connection that has been idle the longest. False when none is idle.
bool make_room(const State& state, Loops& loops) {
  static Counter& closed =
      counter("sesame_http_idle_closed_total", "Idle connections that were closed because another one came");
  const auto longest = std::ranges::min_element(state->idle, {}, &IdleSessions::idle_since);
  if (longest->idle_since() == IdleSessions::kNobody || !longest->begin_closing()) return false;
  closed.add();
  const auto loop = static_cast<std::size_t>(longest - state->idle.begin());
  loops.post(loop, [state, loop] { state->idle[loop].close_longest(); });
  return true;
}

void take_in(Stream stream, const State& state, Loops& loops, std::size_t loop) {
  static Counter& too_many = turned_away("overloaded");
  static Counter& too_many_of_peer = turned_away("peer_limit");
  PeerPlace place;
  // The requests of a proxy's clients are counted one by one, when their heads have come.
  if (!state->proxies.contains(stream.peer_address()) &&
      !place.take(state->peers, network_of(stream.peer_address()), state->options.max_connections_per_peer))
    return turn_away(std::move(stream), state, too_many_of_peer);
  if (state->gate.inside() >= state->options.max_connections && !make_room(state, loops))
    return turn_away(std::move(stream), state, too_many);
  if (!state->gate.enter()) return;
  auto session = std::make_shared<HttpSession>(state, std::move(stream), loop, std::move(place));
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
  std::optional<Deadline> drained_by;  // Set by close().
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
  Result<AddressRanges> proxies = AddressRanges::parse(options.trusted_proxies);
  if (!proxies) return std::move(proxies).error();
  parts_->state->proxies = std::move(*proxies);
  Listener& listener = parts_->listener.emplace(parts_->loops, options.host, options.port);
  Result<std::uint16_t> port =
      listener.start([state = parts_->state, loops = &parts_->loops](Stream stream, std::size_t loop) {
        take_in(std::move(stream), state, *loops, loop);
      });
  if (!port) parts_->listener.reset();
  return port;
}

void HttpServer::renew_tls(const TlsContext& fresh) {
  if (parts_->state->tls) parts_->state->tls->replace(fresh);
}

void HttpServer::close() {
  if (!parts_->listener || parts_->state->stopping.exchange(true)) return;
  parts_->drained_by.emplace(parts_->state->options.drain_timeout);
  parts_->listener->close();
  parts_->close_sessions(true);
}

void HttpServer::stop() {
  close();
  if (!parts_->drained_by || std::exchange(parts_->stopped, true)) return;
  Gate& gate = parts_->state->gate;
  if (gate.close_and_wait(parts_->drained_by->left())) return;
  parts_->close_sessions(false);
  if (!gate.close_and_wait(kLastWait)) {
    log_warning("net.handlers_not_finished", {{"connections", gate.inside()}});
  }
}

std::size_t HttpServer::connections() const { return parts_->state->gate.inside(); }

std::size_t HttpServer::bodies_bytes() const { return parts_->state->bodies_bytes; }

std::size_t HttpServer::answers_bytes() const { return parts_->state->answers_bytes; }

}  // namespace sesame::net
