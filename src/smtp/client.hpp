#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "net/stream.hpp"
#include "net/task.hpp"
#include "net/tls.hpp"
#include "smtp/attempt.hpp"
#include "smtp/capabilities.hpp"
#include "smtp/reply.hpp"
#include "smtp/target.hpp"

namespace sesame::smtp {

/// How long each stage may take. RFC 5321 §4.5.3.2 gives minima for most; the server's ten minutes after the
/// dot must not be shortened, since giving up there doubles mail.
struct StageTimeouts {
  std::chrono::milliseconds connect{30'000};
  std::chrono::milliseconds greeting{120'000};
  std::chrono::milliseconds ehlo{60'000};
  std::chrono::milliseconds starttls{30'000};
  std::chrono::milliseconds handshake{30'000};
  std::chrono::milliseconds auth{60'000};
  std::chrono::milliseconds mail{300'000};
  std::chrono::milliseconds rcpt{300'000};
  std::chrono::milliseconds data{120'000};
  std::chrono::milliseconds block{180'000};  // For each block of the body that is written.
  std::chrono::milliseconds dot{600'000};
  std::chrono::milliseconds rset{20'000};
  std::chrono::milliseconds quit{2'000};
};

/// Options that connections to many servers share.
struct ClientOptions {
  std::shared_ptr<const net::TlsContext> tls_context;  // Needed unless the target's TLS is off.
  /// For targets with a demand for their certificate: one that notes it (net::TlsVerify::noted).
  std::shared_ptr<const net::TlsContext> noting_context;
  std::string user;  // Empty: no AUTH.
  Secret password;
  bool allow_auth_in_clear = false;
  StageTimeouts timeouts;
};

class Dialogue;

/// One SMTP connection as a client (RFC 5321), for many messages one after the other, one recipient each. Not
/// copied, not moved; `options` and `clock` outlive it. Thread: loop (the one on which it was opened).
class Client {
 public:
  Client(const ClientOptions& options, Target target, const Clock& clock);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Connects, greets, starts TLS (unless `try_tls` is false) and authenticates. nullopt when the server is
  /// ready for mail, else the failed attempt: always `deferred` at a stage up to `auth`. Connects up to three
  /// times: a server that drops EHLO is tried with HELO, and a failed opportunistic handshake is followed by
  /// a connection in the clear.
  net::Task<std::optional<Attempt>> open(bool try_tls = true);
  /// True when an opportunistic handshake failed in open(): for a while, open(false) saves the useless
  /// connection.
  bool handshake_failed() const { return handshake_failed_; }
  /// True when open() failed since this machine does not have the target's source address.
  bool source_failed() const { return source_failed_; }

  /// Hands over one message with CRLF line ends. `from`, `to` and `bytes` must live until it returns. Domains
  /// must be in ASCII form. Verdicts as in Attempt; refused without asking the server: 5.6.7 when an address,
  /// of the envelope or of the header, needs SMTPUTF8 and the server lacks it, 5.3.4 when the message is
  /// larger than the server's SIZE, 5.1.3 when an address, and 5.6.0 when the message, must not go on the
  /// wire.
  net::Task<Attempt> send(std::string_view from, std::string_view to, std::string_view bytes);

  /// False when another message must not be sent on this connection: it is closed, out of step, or the server
  /// sent a reply unasked.
  bool reusable();

  /// True when a message was sent to its end and its verdict is not known, as after an exception out of
  /// send().
  bool awaits_verdict() const { return awaits_verdict_; }

  /// Messages for which send() came as far as MAIL on this connection.
  std::uint64_t transactions() const { return transactions_; }
  bool secure() const { return secure_; }
  TlsLevel tls_level() const;
  /// Why the target's demand for its certificate is not met, for people; empty when it is, or there is none.
  /// After open().
  const std::string& certificate_problem() const { return certificate_problem_; }
  /// The IP address of the peer; empty before the first connection.
  std::string peer_address() const;
  const Capabilities& capabilities() const { return capabilities_; }

  /// Sends QUIT, waits for the quit timeout at most, and closes.
  net::Task<void> quit();

  /// Closes at once; a running open() or send() returns soon after, except that a connection being made is
  /// waited for. Before the final dot that means `deferred`, after it `uncertain`.
  void abort();

 private:
  using Trouble = std::optional<Attempt>;

  // Connection set-up (handshake.cpp). A `Trouble` is nullopt on success, else it ends the connection.
  net::Task<Result<net::Stream>> connect() const;
  net::Task<Trouble> open_once(bool with_ehlo, bool with_tls);
  net::Task<Trouble> greet();
  net::Task<Trouble> introduce(bool with_ehlo);
  net::Task<Trouble> start_tls();
  net::Task<Trouble> shake_hands();
  net::Task<Trouble> authenticate();
  net::Task<Trouble> log_in(Secret line, unsigned code);

  // One transaction (client.cpp).
  Trouble unsendable(std::string_view from, std::string_view to, std::string_view bytes) const;
  void make_envelope(std::string_view from, std::string_view to, std::string_view bytes);
  net::Task<Trouble> offer_pipelined();
  net::Task<Trouble> offer_in_lock_step();
  net::Task<Trouble> reset();
  net::Task<void> end_empty_data();
  net::Task<Trouble> send_body(std::string_view bytes);
  net::Task<Trouble> write_block(std::vector<std::string_view> block, bool first);
  net::Task<Attempt> read_verdict();

  Trouble judge_envelope(Stage stage, const Reply& reply);
  Attempt judge(Stage stage, const Reply& reply);
  Attempt from_reply(Verdict verdict, Stage stage, const Reply& reply) const;
  Attempt lost(Stage stage, const Error& why);
  Attempt trouble(Verdict verdict, Stage stage, unsigned code, std::string enhanced, std::string text) const;

  const ClientOptions& options_;
  const Target target_;
  const Clock& clock_;
  const std::string remote_;
  std::unique_ptr<Dialogue> dialogue_;  // Empty: not connected.
  Capabilities capabilities_;
  bool secure_ = false;
  std::string certificate_problem_;
  bool usable_ = false;     // In step with the server and open.
  bool reset_due_ = false;  // A transaction ended halfway.
  bool dropped_ = false;    // The last failure was the peer hanging up.
  bool handshake_failed_ = false;
  bool source_failed_ = false;
  bool aborted_ = false;
  bool awaits_verdict_ = false;
  bool international_ = false;  // The mail under way needs SMTPUTF8.
  std::uint64_t transactions_ = 0;
  std::string reset_and_mail_;  // The commands of the transaction under way.
  std::string rcpt_;
};

}  // namespace sesame::smtp
