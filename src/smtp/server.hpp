#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "net/tls.hpp"
#include "smtp/server_handler.hpp"

namespace sesame::net {
class Loops;
}

namespace sesame::smtp {

enum class ServerTls : std::uint8_t {
  none,
  starttls,  // Offered.
  implicit,  // From the first byte (RFC 8314 §3).
  /// The first byte decides: a client that speaks TLS sends it unasked, any other waits for the greeting.
  either,
};

struct ServerOptions {
  std::string host = "127.0.0.1";  // A name or an address literal; its first address is used.
  std::uint16_t port = 0;          // 0: the kernel chooses.
  std::string name = "localhost";  // How the server introduces itself.
  std::string metrics_name;        // The label "server" of its metrics.
  ServerTls tls = ServerTls::none;
  std::optional<net::TlsContext> tls_context;  // Needed unless `none`.
  bool auth = false;  // AUTH PLAIN and LOGIN, under TLS only; no mail without (RFC 4954).

  std::size_t max_message_bytes = 10 * 1024 * 1024;
  std::size_t max_line_bytes = 2000;  // A line of a command or a mail, CRLF included.
  std::size_t max_recipients = 100;   // Recipients per mail; RFC 5321 §4.5.3.1.8 asks for 100.
  std::size_t max_errors = 10;        // Refused commands per connection.
  std::size_t max_logins = 3;         // Failed logins per connection.
  std::size_t max_commands = 1000;    // Commands per connection since its last mail.
  std::size_t max_connections = 1000;
  std::size_t max_connections_per_peer = 50;  // net::network_of
  /// Memory of all mails that are being received or handled; the first 64 KiB of each do not count.
  std::size_t max_bodies_bytes = 128 * 1024 * 1024;

  std::chrono::milliseconds handshake_timeout{30'000};
  /// ServerTls::either: the time for which the greeting is held back.
  std::chrono::milliseconds first_byte_patience{300};
  std::chrono::milliseconds login_timeout{60'000};     // From the beginning to the login, with `auth`.
  std::chrono::milliseconds command_timeout{300'000};  // RFC 5321 §4.5.3.2.7
  /// Before the first command, and for every command while more than half of max_connections are open: silent
  /// clients must not keep the others out.
  std::chrono::milliseconds short_timeout{30'000};
  std::chrono::milliseconds body_timeout{600'000};  // The whole mail.
  std::chrono::milliseconds write_timeout{30'000};  // A reply.
  std::chrono::milliseconds session_timeout{3'600'000};
  std::chrono::milliseconds drain_timeout{10'000};  // stop(): for the mails in progress.
};

/// An SMTP server: PIPELINING, 8BITMIME, SMTPUTF8, SIZE, ENHANCEDSTATUSCODES, STARTTLS, AUTH. Strict where a
/// lenient one lets mail be smuggled in: lines end in CRLF, nothing may follow STARTTLS or DATA before their
/// answer. The handler decides about each mail. Connections are spread over the loops; each stays on its own.
/// Thread: any.
class Server {
 public:
  Server(net::Loops& loops, ServerHandler& handler, ServerOptions options);
  ~Server();  // stop()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The port it listens on. Errors: those of net::Listener::start.
  Result<std::uint16_t> start();

  /// Stops accepting and closes idle connections; returns at once. The drain_timeout of the mails in progress
  /// begins, so servers that are closed together and then stopped share the time. May be called again.
  /// Thread: one, that of stop().
  void close();
  /// close(), lets mails in progress finish, then closes the rest. Returns when the last connection has
  /// ended, or a second later when a handler does not return. The loops must run. May be called again.
  /// Thread: one, not a loop's.
  void stop();

  std::size_t connections() const;
  /// The part of max_bodies_bytes that is in use now.
  std::size_t bodies_bytes() const;

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

}  // namespace sesame::smtp
