// The part of Client that makes a connection ready for mail.
#include "base/base64.hpp"
#include "base/log.hpp"
#include "net/errors.hpp"
#include "smtp/client.hpp"
#include "smtp/dialogue.hpp"

namespace sesame::smtp {
namespace {

/// The replies of servers that do not know EHLO (RFC 5321 §4.1.4, and 550 from old ones): HELO is worth a
/// try.
bool knows_no_ehlo(const Reply& reply) {
  return (reply.code >= 500 && reply.code <= 504) || reply.code == 550;
}

}  // namespace

net::Task<std::optional<Attempt>> Client::open(bool try_tls) {
  constexpr int kConnectionsMax = 3;
  const bool may_fall_back = !target_.requires_tls();
  bool with_ehlo = true;
  bool with_tls = !may_fall_back || (try_tls && target_.tls != TlsPolicy::off);
  Trouble why;
  for (int i = 0; i < kConnectionsMax; ++i) {
    why = co_await open_once(with_ehlo, with_tls);
    if (!why) break;
    usable_ = false;
    if (dialogue_) dialogue_->stream().close();
    if (aborted_ || !may_fall_back) break;
    if (with_ehlo && why->stage == Stage::ehlo && dropped_) {
      with_ehlo = false;
    } else if (with_tls && handshake_failed_) {
      with_tls = false;
    } else {
      break;
    }
  }
  co_return why;
}

net::Task<Result<net::Stream>> Client::connect() const {
  const std::chrono::milliseconds timeout = options_.timeouts.connect;
  if (!target_.address) return net::Stream::connect(target_.host, target_.port, timeout);
  const net::Endpoint to{*target_.address, target_.port};
  return net::Stream::connect(to, target_.source, timeout);
}

net::Task<Client::Trouble> Client::open_once(bool with_ehlo, bool with_tls) {
  secure_ = dropped_ = reset_due_ = false;
  certificate_problem_.clear();
  if (target_.certificate != CertificateDemand::none) certificate_problem_ = "no TLS";
  transactions_ = 0;
  Result<net::Stream> stream = co_await connect();
  source_failed_ = !stream && stream.error().is(net::errors::kSourceUnusable);
  if (!stream) co_return lost(Stage::connect, stream.error());
  if (aborted_) co_return lost(Stage::connect, Error(net::errors::kClosed));
  dialogue_ = std::make_unique<Dialogue>(std::move(stream).value(), clock_);
  usable_ = true;
  Trouble why = co_await greet();
  if (!why) why = co_await introduce(with_ehlo);
  if (!why && with_tls) why = co_await start_tls();
  if (!why) why = co_await authenticate();
  co_return why;
}

net::Task<Client::Trouble> Client::greet() {
  // RFC 5321 §4.3.1: nothing is sent before the last line of the greeting.
  Result<Reply> reply = co_await dialogue_->reply(options_.timeouts.greeting);
  if (!reply) co_return lost(Stage::greeting, reply.error());
  if (!reply->positive()) co_return judge(Stage::greeting, *reply);
  co_return std::nullopt;
}

net::Task<Client::Trouble> Client::introduce(bool with_ehlo) {
  capabilities_ = Capabilities{};
  if (with_ehlo) {
    const std::string ehlo = "EHLO " + target_.helo_name + "\r\n";
    Result<Reply> reply = co_await dialogue_->ask(ehlo, options_.timeouts.ehlo);
    if (!reply) co_return lost(Stage::ehlo, reply.error());
    if (reply->positive()) {
      capabilities_ = parse_capabilities(reply->text);
      co_return std::nullopt;
    }
    if (!knows_no_ehlo(*reply)) co_return judge(Stage::ehlo, *reply);
  }
  const std::string helo = "HELO " + target_.helo_name + "\r\n";
  Result<Reply> reply = co_await dialogue_->ask(helo, options_.timeouts.ehlo);
  if (!reply) co_return lost(Stage::ehlo, reply.error());
  if (!reply->positive()) co_return judge(Stage::ehlo, *reply);
  co_return std::nullopt;
}

net::Task<Client::Trouble> Client::start_tls() {
  const bool required = target_.requires_tls();
  if (!capabilities_.starttls) {
    if (target_.certificate == CertificateDemand::required) {
      co_return trouble(Verdict::deferred, Stage::tls, 0, "4.7.5",
                        "STARTTLS is not offered, and the MTA-STS policy demands it");
    }
    if (required) co_return trouble(Verdict::deferred, Stage::tls, 0, "4.7.10", "STARTTLS is not offered");
    co_return std::nullopt;
  }
  Result<Reply> reply = co_await dialogue_->ask("STARTTLS\r\n", options_.timeouts.starttls);
  if (!reply) co_return lost(Stage::tls, reply.error());
  if (!reply->positive() && target_.certificate == CertificateDemand::required) {
    Attempt refused = judge(Stage::tls, *reply);
    refused.enhanced = "4.7.5";
    refused.text.insert(0, "4.7.5 STARTTLS is refused, and the MTA-STS policy demands it: ");
    co_return refused;
  }
  if (!reply->positive()) {
    if (required || reply->code == 421) co_return judge(Stage::tls, *reply);
    co_return std::nullopt;  // RFC 3207 §4: the client decides whether to go on without.
  }
  // Bytes that came in the clear behind the 220 would be taken for an answer under TLS: response injection.
  if (dialogue_->has_unread()) {
    co_return trouble(Verdict::deferred, Stage::tls, 0, "4.7.5", "unencrypted bytes after STARTTLS");
  }
  Trouble why = co_await shake_hands();
  if (why) co_return why;
  why = co_await introduce(true);  // RFC 3207 §4.2: the earlier capabilities are discarded.
  co_return why;
}

net::Task<Client::Trouble> Client::shake_hands() {
  const bool noted = target_.certificate != CertificateDemand::none;
  const net::TlsContext& context = noted ? *options_.noting_context : *options_.tls_context;
  Status done = co_await dialogue_->stream().start_tls(context, target_.host, options_.timeouts.handshake);
  if (!done) {
    handshake_failed_ = true;
    log_info("smtp.handshake_failed", {{"remote", remote_}, {"cause", done.error().cause()}});
    Attempt failed = lost(Stage::tls, done.error());
    if (target_.certificate == CertificateDemand::required) {
      failed = trouble(Verdict::deferred, Stage::tls, 0, "4.7.5",
                       "TLS failed, and the MTA-STS policy demands it: " + done.error().cause());
    }
    co_return failed;
  }
  secure_ = true;
  if (noted) certificate_problem_ = dialogue_->stream().certificate_problem();
  if (certificate_problem_.empty() || target_.certificate != CertificateDemand::required)
    co_return std::nullopt;
  co_return trouble(Verdict::deferred, Stage::tls, 0, "4.7.5",
                    "the certificate is not valid for the host, and the MTA-STS policy demands it: " +
                        certificate_problem_);
}

net::Task<Client::Trouble> Client::authenticate() {
  if (options_.user.empty()) co_return std::nullopt;
  if (!secure_ && !options_.allow_auth_in_clear) {
    co_return trouble(Verdict::deferred, Stage::auth, 0, "4.7.11", "no encryption, so no password was sent");
  }
  const std::string_view password = options_.password.reveal();
  Trouble why;
  if (capabilities_.auth_plain) {
    // RFC 4616 §2: identity to act as (none), identity, password.
    Secret plain(std::string(1, '\0') + options_.user + std::string(1, '\0') + std::string(password));
    why = co_await log_in(Secret("AUTH PLAIN " + encode_base64(plain.reveal()) + "\r\n"), 235);
  } else if (capabilities_.auth_login) {
    why = co_await log_in(Secret("AUTH LOGIN\r\n"), 334);
    if (!why) why = co_await log_in(Secret(encode_base64(options_.user) + "\r\n"), 334);
    if (!why) why = co_await log_in(Secret(encode_base64(password) + "\r\n"), 235);
  } else {
    why = trouble(Verdict::deferred, Stage::auth, 0, "4.7.0", "neither AUTH PLAIN nor AUTH LOGIN is offered");
  }
  co_return why;
}

net::Task<Client::Trouble> Client::log_in(Secret line, unsigned code) {
  Result<Reply> reply = co_await dialogue_->ask(line.reveal(), options_.timeouts.auth);
  if (!reply) co_return lost(Stage::auth, reply.error());
  if (reply->code != code) co_return judge(Stage::auth, *reply);
  co_return std::nullopt;
}

}  // namespace sesame::smtp
