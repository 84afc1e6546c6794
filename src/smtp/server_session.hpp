#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/gate.hpp"
#include "base/metrics.hpp"
#include "net/body_share.hpp"
#include "net/read_buffer.hpp"
#include "net/stream.hpp"
#include "smtp/body_reader.hpp"
#include "smtp/server.hpp"

namespace sesame::smtp {

class ServerSession;

/// How many connections each peer has. Any thread.
class PeerCounts {
 public:
  /// False: it has `max` already. After true, leave() must follow.
  [[nodiscard]] bool enter(const std::string& network, std::size_t max);
  void leave(const std::string& network);

 private:
  std::mutex mutex_;
  std::map<std::string, std::size_t> counts_;  // Guarded by mutex_; as many as there are connections.
};

/// What the connections of one server share.
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
  Gate gate;  // Who is inside: the sessions.
  PeerCounts peers;
  std::atomic<std::size_t> bodies_bytes{0};

  std::vector<std::unordered_set<ServerSession*>> sessions;  // By loop; each only on its own loop.
};

/// One connection, from the greeting to the goodbye. Made anywhere, then only on its loop.
class ServerSession {
 public:
  /// Leaves the state's gate and peer counts when it goes; whoever makes it has entered both.
  ServerSession(std::shared_ptr<ServerState> state, net::Stream stream, std::size_t loop);
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

  // Commands: each says its answer.
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

  /// Gathered until the client has nothing more to say that is known here (RFC 2920 §3.2).
  void say(const Answer& answer);
  void say(unsigned code, std::string_view enhanced, std::string_view text);
  /// The same for a refusal; after too many for good (5xx) the connection ends.
  void refuse(unsigned code, std::string_view enhanced, std::string_view text);
  /// The last reply.
  void part(unsigned code, std::string_view enhanced, std::string_view text);
  net::Task<bool> flush();
  bool may_mail();
  void reset_mail();
  /// The answer of a handler's task, 451 if it throws.
  net::Task<Answer> answer_of(net::Task<Answer> task);

  const std::shared_ptr<ServerState> state_;
  const ServerOptions& options_;
  const std::size_t loop_;
  const std::string network_;
  const net::Deadline end_;
  const net::Deadline login_end_;
  net::Stream stream_;
  net::ReadBuffer buffer_;
  std::unique_ptr<SessionHandler> handler_;
  std::string line_;  // The line that is obeyed; kept for its memory.
  std::string out_;
  Guest guest_;
  bool introduced_ = false;
  bool logged_in_ = false;
  bool parting_ = false;
  bool idle_ = true;  // Nothing is lost by closing.
  std::size_t errors_ = 0;
  std::size_t failed_logins_ = 0;
  std::size_t commands_ = 0;
  std::optional<std::string> from_;
  std::vector<std::string> to_;
  bool utf8_ = false;  // MAIL said SMTPUTF8.
};

}  // namespace sesame::smtp
