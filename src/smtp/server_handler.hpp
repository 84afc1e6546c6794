#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "net/task.hpp"
#include "smtp/server_command.hpp"

namespace sesame::smtp {

/// What a server says: `554 5.7.1 text`. The text is one line without CR and LF; what cannot be sent in a
/// reply is replaced.
struct Answer {
  unsigned code = 250;
  std::string enhanced = "2.0.0";  // RFC 3463; empty: none is sent.
  std::string text = "OK";

  bool positive() const { return code / 100 == 2; }
};

/// What is known of who is connected.
struct Guest {
  std::string address;  // Without the port.
  std::string name;     // As it introduced itself; printable, and nobody has checked that it is true.
  bool encrypted = false;
};

/// A mail that came in.
struct IncomingMail {
  std::string from;             // Empty: the null sender.
  std::vector<std::string> to;  // Those that on_recipient accepted; at least one.
  std::string bytes;  // As sent, dots taken out; every line ends in CRLF, there is no other CR or LF.
};

/// Decides about the mails of one connection. Called on its loop, never two at a time. The session keeps
/// the order of RFC 5321 (no recipient before a sender, no mail without a recipient), so the handler need
/// not. An exception that leaves it is a bug: it is logged and answered with 451.
class SessionHandler {
 public:
  virtual ~SessionHandler() = default;

  /// Only with ServerOptions::auth, under TLS and while nobody is logged in. A positive answer means that the
  /// client is logged in until the end of the connection. `user` is what was sent, unchecked. Must take as
  /// long for a user that does not exist.
  virtual net::Task<Answer> on_login(const Guest& guest, std::string user, Secret password);

  /// A new mail from `path.mailbox`. Whatever was begun before is forgotten, as it is after the answer to
  /// on_mail_end, with RSET and at the end.
  virtual net::Task<Answer> on_sender(const Guest& guest, const Path& path) = 0;
  virtual net::Task<Answer> on_recipient(const Guest& guest, const Path& path) = 0;
  /// The whole mail. A positive answer makes the mail the server's: it must be on disk. While this
  /// waits, the mail counts against ServerOptions::max_bodies_bytes.
  virtual net::Task<Answer> on_mail(const Guest& guest, IncomingMail mail) = 0;
};

/// Has a SessionHandler for each connection. From any loop, several at a time; outlives the server.
class ServerHandler {
 public:
  virtual ~ServerHandler() = default;

  virtual std::unique_ptr<SessionHandler> new_session(const std::string& peer_address) = 0;

  /// The answers to a mail that the server does not take.
  virtual Answer too_large() const;
  virtual Answer line_too_long() const;
};

}  // namespace sesame::smtp
