#include "smtp/server.hpp"

#include <utility>

#include "base/log.hpp"
#include "net/deadline.hpp"
#include "net/listener.hpp"
#include "net/loops.hpp"
#include "smtp/server_session.hpp"

namespace sesame::smtp {
namespace {

/// The time that stop() waits for handlers whose connections it has closed.
constexpr std::chrono::milliseconds kLastWait{1'000};

/// Sends 421 if that needs no waiting.
void turn_away(net::Stream stream, ServerState& state) {
  state.refusals.add();
  // RFC 5321 §3.1: 421 instead of a greeting. Under TLS it could not be read.
  if (state.options.tls == ServerTls::implicit) return;
  stream.write_and_leave("421 4.7.0 " + state.options.name + " too many connections\r\n");
}

void take_in(net::Stream stream, std::shared_ptr<ServerState> state, net::Loops& loops, std::size_t loop) {
  const ServerOptions& options = state->options;
  if (state->gate.inside() >= options.max_connections) return turn_away(std::move(stream), *state);
  net::PeerPlace place;
  if (!place.take(state->peers, net::network_of(stream.peer_address()), options.max_connections_per_peer))
    return turn_away(std::move(stream), *state);
  if (!state->gate.enter()) return;
  auto session = std::make_shared<ServerSession>(std::move(state), std::move(stream), loop, std::move(place));
  loops.spawn(loop, [session = std::move(session)] { return session->run(); });
}

}  // namespace

struct Server::Parts {
  Parts(net::Loops& given, ServerHandler& handler, ServerOptions options)
      : loops(given), state(std::make_shared<ServerState>(handler, std::move(options), given.size())) {}

  void close_sessions(bool only_idle) {
    for (std::size_t loop = 0; loop < loops.size(); ++loop) {
      loops.post(loop, [state = state, loop, only_idle] {
        for (ServerSession* session : state->sessions[loop])
          only_idle ? session->close_if_idle() : session->close();
      });
    }
  }

  net::Loops& loops;
  std::shared_ptr<ServerState> state;
  std::optional<net::Listener> listener;
  std::optional<net::Deadline> drained_by;  // Set by close().
  bool stopped = false;
};

Server::Server(net::Loops& loops, ServerHandler& handler, ServerOptions options)
    : parts_(std::make_shared<Parts>(loops, handler, std::move(options))) {}

Server::~Server() { stop(); }

Result<std::uint16_t> Server::start() {
  const ServerOptions& options = parts_->state->options;
  net::Listener& listener = parts_->listener.emplace(parts_->loops, options.host, options.port);
  Result<std::uint16_t> port =
      listener.start([state = parts_->state, loops = &parts_->loops](net::Stream stream, std::size_t loop) {
        take_in(std::move(stream), state, *loops, loop);
      });
  if (!port) parts_->listener.reset();
  return port;
}

void Server::close() {
  if (!parts_->listener || parts_->state->stopping.exchange(true)) return;
  parts_->drained_by.emplace(parts_->state->options.drain_timeout);
  parts_->listener->close();
  parts_->close_sessions(true);
}

void Server::stop() {
  close();
  if (!parts_->drained_by || std::exchange(parts_->stopped, true)) return;
  Gate& gate = parts_->state->gate;
  if (gate.close_and_wait(parts_->drained_by->left())) return;
  parts_->close_sessions(false);
  if (!gate.close_and_wait(kLastWait)) {
    log_warning("smtp.sessions_left", {{"connections", gate.inside()}});
  }
}

std::size_t Server::connections() const { return parts_->state->gate.inside(); }

std::size_t Server::bodies_bytes() const { return parts_->state->bodies_bytes; }

}  // namespace sesame::smtp
