#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "testkit/tcp_peer.hpp"
#include "testkit/temp_dir.hpp"

struct ssl_ctx_st;

namespace sesame::testkit {

/// A mail that the scripted server accepted with a 2xx after its dot.
struct ReceivedMail {
  std::string from;   // The MAIL command without its CRLF.
  std::string to;     // The RCPT command.
  std::string bytes;  // Without dot-stuffing and final dot.
  bool encrypted = false;
  std::size_t session = 0;
  std::string client_address;
};

/// An SMTP server that follows a test's orders and records the sessions. Without orders it accepts every
/// mail. Thread: any.
///
/// Stages are named by the command, in capitals ("EHLO", "STARTTLS", "MAIL", ...), or "greeting", "body" (as
/// soon as `body_bytes` of it came) and "dot". An answer is the text of a reply, several lines separated by
/// '\n' (sent as they are when they end in '\n', else with CRLF), or:
///   !close  hangs up        !reset  hangs up with a reset        !stall  says nothing more until the client
///   leaves
/// "TEXT!close" says TEXT and hangs up; "!drip TEXT" sends TEXT a byte each 20 ms.
class ScriptedSmtp {
 public:
  /// Extensions offered before and after STARTTLS.
  explicit ScriptedSmtp(std::vector<std::string> extensions = {"PIPELINING", "8BITMIME", "SIZE 50000000"});
  ~ScriptedSmtp();

  std::uint16_t port() const { return server_->port(); }

  /// Orders an answer for a stage from now on.
  void always(const std::string& stage, std::string answer);
  /// Orders an answer for the next `times` times, behind those already ordered.
  void next(const std::string& stage, std::string answer, std::size_t times = 1);
  /// The extensions offered once the session is encrypted.
  void offer_after_tls(std::vector<std::string> extensions);
  /// Offers STARTTLS, with a self-signed certificate for "localhost" and 127.0.0.1.
  void offer_tls();
  /// The certificate as a PEM file, for a client that verifies.
  const std::string& certificate_file() const { return certificate_file_; }
  /// Hangs up without a reply after `mails` mails on a connection.
  void hang_up_after(std::size_t mails) { mails_per_session_ = mails; }
  void act_in_body_after(std::size_t bytes) { body_bytes_ = bytes; }

  std::size_t sessions() const { return server_->accepted(); }
  std::size_t open_sessions() const { return open_sessions_; }
  std::size_t most_open_sessions() const { return most_open_; }
  std::size_t mails() const;
  std::vector<ReceivedMail> received() const;
  /// All command lines of all sessions, in the order of their arrival.
  std::vector<std::string> commands() const;
  std::size_t count(std::string_view command_prefix) const;
  /// Every byte of the bodies, as on the wire.
  std::string raw_bodies() const;

 private:
  class Session;

  std::string answer_for(const std::string& stage, const std::string& usual);
  void note_command(const std::string& line);
  void note_mail(ReceivedMail mail, std::string raw);
  std::string ehlo_reply(bool encrypted);

  TempDir folder_;
  std::string certificate_file_;
  std::shared_ptr<ssl_ctx_st> tls_;
  std::atomic<std::size_t> mails_per_session_{0};
  std::atomic<std::size_t> body_bytes_{0};
  std::atomic<std::size_t> open_sessions_{0};
  std::atomic<std::size_t> most_open_{0};
  mutable std::mutex mutex_;  // Guards the following.
  std::vector<std::string> extensions_;
  std::vector<std::string> extensions_after_tls_;
  std::map<std::string, std::string> always_;
  std::map<std::string, std::deque<std::string>> next_;
  std::vector<ReceivedMail> received_;
  std::vector<std::string> commands_;
  std::string raw_bodies_;
  std::unique_ptr<TcpServer> server_;  // Last: its sessions use all above.
};

}  // namespace sesame::testkit
