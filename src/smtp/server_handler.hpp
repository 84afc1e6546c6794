#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "net/task.hpp"
#include "smtp/server_command.hpp"

namespace sesame::smtp {

/// A server's reply: `554 5.7.1 text`. The text is one line without CR and LF; bytes that cannot be sent in a
/// reply are replaced.
struct Answer {
  unsigned code = 250;
  std::string enhanced = "2.0.0";  // RFC 3463; empty: none is sent.
  std::string text = "OK";

  bool positive() const { return code / 100 == 2; }
};

/// The client of a connection, as far as it is known.
struct Guest {
  std::string address;  // Without the port.
  std::string name;     // The name from EHLO or HELO; printable, not verified.
  bool encrypted = false;
};

/// A received mail.
struct IncomingMail {
  std::string from;             // Empty: the null sender.
  std::vector<std::string> to;  // Those that on_recipient accepted; at least one.
  /// Unchanged but for the removed dots; every line ends in CRLF, and there is no other CR or LF.
  std::string bytes;
};

/// Decides about the mails of one connection. Thread: loop (the connection's), one call at a time. The
/// session keeps the order of RFC 5321 (no recipient before a sender, no mail without a recipient), so the
/// handler need not. An exception that leaves it is a bug: it is logged and answered with 451.
class SessionHandler {
 public:
  virtual ~SessionHandler() = default;

  /// Called only with ServerOptions::auth, under TLS and before a login succeeded. A positive answer logs the
  /// client in until the end of the connection. `user` is unchecked. Must take the same time for
  /// unknown and known users.
  virtual net::Task<Answer> on_login(const Guest& guest, std::string user, Secret password);

  /// Begins a mail from `path.mailbox`. A mail that was begun before is dropped, as it is after the answer to
  /// on_mail, by RSET and at the end of the connection.
  virtual net::Task<Answer> on_sender(const Guest& guest, const Path& path) = 0;
  virtual net::Task<Answer> on_recipient(const Guest& guest, const Path& path) = 0;
  /// Takes the whole mail. A positive answer makes the server responsible for it: it must be on disk. While
  /// this waits, the mail counts against ServerOptions::max_bodies_bytes.
  virtual net::Task<Answer> on_mail(const Guest& guest, IncomingMail mail) = 0;
};

/// Makes a SessionHandler for each connection; outlives the server. Thread: any.
class ServerHandler {
 public:
  virtual ~ServerHandler() = default;

  virtual std::unique_ptr<SessionHandler> new_session(const std::string& peer_address) = 0;

  /// The answers to a mail that the server does not take.
  virtual Answer too_large() const;
  virtual Answer line_too_long() const;
};

}  // namespace sesame::smtp
