#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/gate.hpp"
#include "base/metrics.hpp"
#include "net/body_share.hpp"
#include "net/peer_counts.hpp"
#include "net/read_buffer.hpp"
#include "net/stream.hpp"
#include "smtp/body_reader.hpp"
#include "smtp/server.hpp"

namespace sesame::smtp {

class ServerSession;

/// The state that the connections of one server share.
struct ServerState {
  ServerState(ServerHandler& answers, ServerOptions given, std::size_t loops);

  // Constant.
  ServerHandler& handler;
  const ServerOptions options;
  Gauge& open_connections;
  Counter& mails;
  Counter& refusals;

  // Safe from any thread.
  std::atomic<bool> stopping{false};
  Gate gate;  // Holds the running sessions.
  net::PeerCounts peers;
  std::atomic<std::size_t> bodies_bytes{0};

  std::vector<std::unordered_set<ServerSession*>> sessions;  // By loop; each only on its own loop.
};

/// One connection, from the greeting to its end. May be made on any thread. Thread: loop.
class ServerSession {
 public:
  /// The caller has entered the state's gate and taken the place; the session leaves both when it ends.
  ServerSession(std::shared_ptr<ServerState> state, net::Stream stream, std::size_t loop,
                net::PeerPlace place);
  ~ServerSession();
  ServerSession(const ServerSession&) = delete;
  ServerSession& operator=(const ServerSession&) = delete;

  /// Returns when the connection is over.
  net::Task<void> run();

  void close_if_idle();
  void close();

 private:
  enum class Read : std::uint8_t { line, gone, refused };

  net::Task<void> serve();
  net::Task<bool> encrypt_at_once();
  net::Task<bool> handshake();
  net::Task<Read> next_line();
  net::Task<bool> fill(std::size_t room, net::Deadline deadline);
  net::Task<void> execute(Command command);
  net::Deadline patience() const;

  // Commands: each queues its reply.
  void introduce(const Command& command);
  net::Task<void> start_tls();
  net::Task<void> authenticate(Secret argument);
  net::Task<void> log_in(std::string user, Secret password);
  net::Task<std::optional<Secret>> ask_for(std::string_view prompt);
  std::optional<Secret> decode(std::string_view encoded);
  net::Task<void> take_sender(std::string_view argument);
  net::Task<void> take_recipient(std::string_view argument);
  void refuse_path(const Error& error, std::string_view enhanced);
  bool has_legible_path(const Path& path, bool utf8, std::string_view enhanced);
  net::Task<void> take_mail();
  net::Task<bool> receive(BodyReader& body, net::BodyShare& share);
  net::Task<void> hand_over(BodyReader& body);

  /// Queues a reply; replies are sent when no further input is buffered (RFC 2920 §3.2).
  void say(const Answer& answer);
  void say(unsigned code, std::string_view enhanced, std::string_view text);
  /// Queues a refusal; after too many permanent ones (5xx) the connection ends.
  void refuse(unsigned code, std::string_view enhanced, std::string_view text);
  /// Queues the last reply, after which the connection ends.
  void part(unsigned code, std::string_view enhanced, std::string_view text);
  net::Task<bool> flush();
  bool may_mail();
  void reset_mail();
  /// The answer of a handler's task, 451 if it throws.
  net::Task<Answer> answer_of(net::Task<Answer> task);

  const std::shared_ptr<ServerState> state_;
  const ServerOptions& options_;
  const std::size_t loop_;
  const net::PeerPlace place_;
  const net::Deadline end_;
  const net::Deadline login_end_;
  net::Stream stream_;
  net::ReadBuffer buffer_;
  std::unique_ptr<SessionHandler> handler_;
  std::string line_;  // The line that is executed; a member so that its memory is reused.
  std::string out_;
  Guest guest_;
  bool introduced_ = false;
  bool logged_in_ = false;
  bool parting_ = false;
  bool idle_ = true;  // Closing now loses no mail.
  std::size_t errors_ = 0;
  std::size_t failed_logins_ = 0;
  bool spoken_ = false;  // The client has sent a command.
  std::size_t commands_ = 0;
  std::optional<std::string> from_;
  std::vector<std::string> to_;
  bool utf8_ = false;  // MAIL had the parameter SMTPUTF8.
};

}  // namespace sesame::smtp
