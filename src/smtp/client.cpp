#include "smtp/client.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/ascii.hpp"
#include "net/errors.hpp"
#include "smtp/dialogue.hpp"
#include "smtp/dot_stuffing.hpp"
#include "smtp/errors.hpp"

namespace sesame::smtp {
namespace {

constexpr std::size_t kTextBytesMax = 1000;      // A reply's text, as stored with the message.
constexpr std::size_t kBlockBytes = 256 * 1024;  // The bytes of a body that one write and its deadline cover.
constexpr std::size_t kAddressBytesMax = 254;    // RFC 5321 §4.5.3.1.3: a path of 256 with its brackets.

/// True when no character of the address could end the path or the command early.
bool is_safe_path(std::string_view address) {
  return address.size() <= kAddressBytesMax && std::ranges::none_of(address, [](unsigned char c) {
           return c < 0x20 || c == 0x7F || c == '<' || c == '>';
         });
}

/// Replies after which no second message is tried on the connection: the server is leaving, or does not
/// understand us.
bool ends_connection(unsigned code) { return code == 421 || (code >= 500 && code <= 504) || code == 555; }

/// The first line of a mail that is not ASCII.
std::string first_international_line(std::string_view mail) {
  while (!mail.empty()) {
    const std::string_view line = mail.substr(0, mail.find("\r\n"));
    if (!ascii::is_ascii(line)) return std::string(line);
    mail.remove_prefix(std::min(line.size() + 2, mail.size()));
  }
  return {};
}

std::string describe(const Error& why) {
  std::string_view what = "the connection failed";
  if (why.is(net::errors::kClosed)) what = "the connection was closed";
  if (why.is(net::errors::kTimeout)) what = "no answer in time";
  if (why.is(net::errors::kRefused)) what = "the connection was refused";
  if (why.is(net::errors::kSourceUnusable)) what = "our address cannot be used";
  if (why.is(net::errors::kUnresolved)) what = "the server's name has no address";
  if (why.is(net::errors::kTls)) what = "TLS failed";
  if (why.is(errors::kNotAReply)) what = "no SMTP reply";
  std::string text(what);
  if (why.is(net::errors::kSourceUnusable)) text += ": " + why.facts().front().value;
  if (why.is(errors::kNotAReply) && !why.cause().empty()) text += ": " + displayable(why.cause(), 200);
  return text;
}

}  // namespace

Client::Client(const ClientOptions& options, Target target, const Clock& clock)
    : options_(options),
      target_(std::move(target)),
      clock_(clock),
      remote_(target_.host + ":" + std::to_string(target_.port)) {}
Client::~Client() = default;

net::Task<Attempt> Client::send(std::string_view from, std::string_view to, std::string_view bytes) {
  awaits_verdict_ = false;
  const std::string_view header = bytes.substr(0, bytes.find("\r\n\r\n"));
  international_ = !ascii::is_ascii(from) || !ascii::is_ascii(to) || !ascii::is_ascii(header);
  Trouble why = unsendable(from, to, bytes);
  if (why) co_return std::move(*why);
  if (!usable_) co_return lost(Stage::mail, Error(net::errors::kClosed));
  ++transactions_;
  make_envelope(from, to, bytes);
  if (capabilities_.pipelining) {
    why = co_await offer_pipelined();
  } else {
    why = co_await offer_in_lock_step();
  }
  if (!why) why = co_await send_body(bytes);
  if (why) co_return std::move(*why);
  Attempt attempt = co_await read_verdict();
  awaits_verdict_ = false;
  co_return attempt;
}

Client::Trouble Client::unsendable(std::string_view from, std::string_view to, std::string_view bytes) const {
  if (!is_safe_path(from) || !is_safe_path(to) || to.empty()) {
    return trouble(Verdict::refused, Stage::mail, 501, "5.1.3", "the address can't be written in a command");
  }
  if (international_ && !capabilities_.smtputf8) {
    std::string what = "the header field `" + first_international_line(bytes) + "`";
    if (!ascii::is_ascii(to)) what = "the recipient `" + std::string(to) + "`";
    if (!ascii::is_ascii(from)) what = "the sender `" + std::string(from) + "`";
    return trouble(Verdict::refused, Stage::mail, 553, "5.6.7",
                   displayable(what, kTextBytesMax / 2) + " needs SMTPUTF8, which the server does not offer");
  }
  if (capabilities_.size_limit && bytes.size() > *capabilities_.size_limit) {
    return trouble(
        Verdict::refused, Stage::mail, 552, "5.3.4",
        "larger than the server's limit of " + std::to_string(*capabilities_.size_limit) + " bytes");
  }
  if (!has_clean_line_ends(bytes)) {
    return trouble(Verdict::refused, Stage::mail, 554, "5.6.0", "the message has a bare CR or LF or a NUL");
  }
  return std::nullopt;
}

void Client::make_envelope(std::string_view from, std::string_view to, std::string_view bytes) {
  reset_and_mail_.clear();
  if (reset_due_) reset_and_mail_ += "RSET\r\n";
  reset_and_mail_.append("MAIL FROM:<").append(from).append(">");
  if (capabilities_.size_offered) reset_and_mail_.append(" SIZE=").append(std::to_string(bytes.size()));
  if (international_) {
    // RFC 6531 §3.4: with internationalised addresses the headers hold UTF-8 as well.
    if (capabilities_.eight_bit_mime) reset_and_mail_ += " BODY=8BITMIME";
    reset_and_mail_ += " SMTPUTF8";
  }
  reset_and_mail_ += "\r\n";
  rcpt_.assign("RCPT TO:<").append(to).append(">\r\n");
}

net::Task<Client::Trouble> Client::offer_pipelined() {
  // RFC 2920 §3.1: RSET, MAIL and RCPT may stand anywhere in a group, DATA only at its end.
  std::vector<std::string_view> group{reset_and_mail_, rcpt_, "DATA\r\n"};
  Status written = co_await dialogue_->stream().write_all(std::move(group), options_.timeouts.mail);
  if (!written) co_return lost(Stage::mail, written.error());
  Trouble first;
  if (reset_due_) first = co_await reset();
  if (first) co_return first;
  const std::array<std::pair<Stage, std::chrono::milliseconds>, 3> steps{{
      {Stage::mail, options_.timeouts.mail},
      {Stage::rcpt, options_.timeouts.rcpt},
      {Stage::data, options_.timeouts.data},
  }};
  bool data_accepted = false;
  for (const auto& [stage, timeout] : steps) {
    Result<Reply> reply = co_await dialogue_->reply(timeout);
    if (!reply) {
      Attempt gone = lost(stage, reply.error());
      if (!first) first = std::move(gone);
      co_return first;
    }
    data_accepted = stage == Stage::data && reply->code == 354;
    if (!first) {
      first = judge_envelope(stage, *reply);
    } else if (reply->code == 421) {
      usable_ = false;
    }
    // After a refusal servers refuse the rest of the group, Exim with 503: both sides still agree about the
    // state of the dialogue.
    if (reply->code == 421) break;  // The server closes the connection; the other replies may never come.
  }
  if (first && data_accepted && usable_) co_await end_empty_data();
  co_return first;
}

net::Task<Client::Trouble> Client::offer_in_lock_step() {
  std::string_view mail = reset_and_mail_;
  if (reset_due_) {
    const std::size_t length = std::string_view("RSET\r\n").size();
    Status written = co_await dialogue_->stream().write_all(mail.substr(0, length), options_.timeouts.rset);
    if (!written) co_return lost(Stage::mail, written.error());
    Trouble why = co_await reset();
    if (why) co_return why;
    mail.remove_prefix(length);
  }
  struct Step {
    std::string_view line;
    Stage stage;
    std::chrono::milliseconds timeout;
  };
  const std::array<Step, 3> steps{{{mail, Stage::mail, options_.timeouts.mail},
                                   {rcpt_, Stage::rcpt, options_.timeouts.rcpt},
                                   {"DATA\r\n", Stage::data, options_.timeouts.data}}};
  for (const Step& step : steps) {
    Result<Reply> reply = co_await dialogue_->ask(step.line, step.timeout);
    if (!reply) co_return lost(step.stage, reply.error());
    Trouble why = judge_envelope(step.stage, *reply);
    if (why) co_return why;
  }
  co_return std::nullopt;
}

net::Task<Client::Trouble> Client::reset() {
  Result<Reply> reply = co_await dialogue_->reply(options_.timeouts.rset);
  if (!reply) co_return lost(Stage::mail, reply.error());
  reset_due_ = false;
  if (!reply->positive()) {
    usable_ = false;
    co_return from_reply(Verdict::deferred, Stage::mail, *reply);
  }
  co_return std::nullopt;
}

net::Task<void> Client::end_empty_data() {
  // RFC 2920 §3.1: DATA can be accepted although no recipient was; an empty message ends that transaction.
  Result<Reply> ignored = co_await dialogue_->ask(".\r\n", options_.timeouts.data);
  if (!ignored || ignored->code == 421) usable_ = false;  // Any other reply is about the empty message.
}

net::Task<Client::Trouble> Client::send_body(std::string_view bytes) {
  std::vector<std::string_view> pieces;
  stuff_dots(bytes, pieces);
  std::vector<std::string_view> block;
  std::size_t block_bytes = 0;
  bool first = true;
  for (std::string_view piece : pieces) {
    while (block_bytes + piece.size() > kBlockBytes) {
      const std::size_t part = kBlockBytes - block_bytes;
      block.push_back(piece.substr(0, part));
      piece.remove_prefix(part);
      Trouble why = co_await write_block(std::exchange(block, {}), first);
      if (why) co_return why;
      first = false;
      block_bytes = 0;
    }
    if (!piece.empty()) block.push_back(piece);
    block_bytes += piece.size();
  }
  awaits_verdict_ = true;  // The last block ends with the dot.
  Trouble why = co_await write_block(std::move(block), first);
  if (why) awaits_verdict_ = false;
  co_return why;
}

net::Task<Client::Trouble> Client::write_block(std::vector<std::string_view> block, bool first) {
  const bool spoke = first ? dialogue_->has_unread() : dialogue_->has_more_to_say();
  if (spoke) {
    // A verdict before the end of the body. The dot was not sent, so the server cannot have taken the
    // message.
    Result<Reply> early = co_await dialogue_->reply(options_.timeouts.rset);
    usable_ = false;
    if (!early) co_return lost(Stage::body, early.error());
    if (early->kind() < 4) co_return from_reply(Verdict::deferred, Stage::body, *early);
    co_return judge(Stage::body, *early);
  }
  Status written = co_await dialogue_->stream().write_all(std::move(block), options_.timeouts.block);
  if (!written) co_return lost(Stage::body, written.error());
  co_return std::nullopt;
}

net::Task<Attempt> Client::read_verdict() {
  Result<Reply> reply = co_await dialogue_->reply(options_.timeouts.dot);
  if (!reply) {
    Attempt attempt = lost(Stage::dot, reply.error());
    attempt.verdict = Verdict::uncertain;
    co_return attempt;
  }
  if (dialogue_->has_unread()) usable_ = false;
  if (reply->positive()) co_return from_reply(Verdict::delivered, Stage::dot, *reply);
  if (reply->kind() == 3) {
    usable_ = false;
    co_return from_reply(Verdict::uncertain, Stage::dot, *reply);
  }
  Attempt attempt = judge(Stage::dot, *reply);
  reset_due_ = false;  // RFC 5321 §4.1.1.4: the transaction is over either way.
  co_return attempt;
}

Client::Trouble Client::judge_envelope(Stage stage, const Reply& reply) {
  // RFC 5321 §3.4: any 2xx accepts, 251 and 252 too; but after a 2xx to DATA it is undefined which side is to
  // speak.
  if (stage != Stage::data && reply.positive()) return std::nullopt;
  if (stage == Stage::data && reply.code == 354) return std::nullopt;
  return judge(stage, reply);
}

Attempt Client::judge(Stage stage, const Reply& reply) {
  if (ends_connection(reply.code) || reply.kind() < 4) usable_ = false;
  reset_due_ = true;
  // RFC 4954 §6, RFC 3207 §4: the server wants a login or TLS first. Our settings are wrong, not the message.
  const bool wants_login = reply.code == 530 || reply.code == 534 || reply.code == 535 || reply.code == 538;
  if (wants_login) usable_ = false;
  const bool about_server = stage <= Stage::auth || wants_login;
  // 503 means that client and server disagree about the state of the dialogue: it concerns the connection,
  // not the message.
  const bool permanent = reply.kind() == 5 && reply.code != 503 && !about_server;
  Verdict verdict = Verdict::deferred;
  if (permanent) verdict = Verdict::refused;
  return from_reply(verdict, stage, reply);
}

Attempt Client::from_reply(Verdict verdict, Stage stage, const Reply& reply) const {
  std::string text = std::to_string(reply.code);
  if (!reply.enhanced.empty()) text.append(" ").append(reply.enhanced);
  if (!reply.text.empty()) text.append(" ").append(displayable(reply.text, kTextBytesMax));
  return Attempt{.verdict = verdict,
                 .stage = stage,
                 .code = reply.code,
                 .enhanced = reply.enhanced,
                 .text = std::move(text),
                 .remote = remote_};
}

Attempt Client::lost(Stage stage, const Error& why) {
  usable_ = false;
  dropped_ = why.is(net::errors::kClosed);
  return trouble(Verdict::deferred, stage, 0, "4.4.2", describe(why));
}

Attempt Client::trouble(Verdict verdict, Stage stage, unsigned code, std::string enhanced,
                        std::string text) const {
  std::string whole = code == 0 ? std::string() : std::to_string(code) + " ";
  whole.append(enhanced).append(" ").append(text).append(" (").append(stage_name(stage)).append(", ");
  whole.append(remote_).append(")");
  return Attempt{.verdict = verdict,
                 .stage = stage,
                 .code = code,
                 .enhanced = std::move(enhanced),
                 .text = std::move(whole),
                 .remote = remote_};
}

TlsLevel Client::tls_level() const {
  if (!dialogue_) return TlsLevel::unknown;
  if (!secure_) return TlsLevel::clear;
  const bool noted = target_.certificate != CertificateDemand::none;
  const bool valid = noted ? certificate_problem_.empty() : options_.tls_context->verifies_peer();
  return valid ? TlsLevel::web_pki : TlsLevel::opportunistic;
}

std::string Client::peer_address() const {
  return dialogue_ ? dialogue_->stream().peer_address() : std::string();
}

bool Client::reusable() { return usable_ && !aborted_ && dialogue_ && !dialogue_->has_more_to_say(); }

net::Task<void> Client::quit() {
  if (!dialogue_) co_return;
  if (usable_ && dialogue_->stream().is_open()) {
    Result<Reply> ignored = co_await dialogue_->ask("QUIT\r\n", options_.timeouts.quit);
  }
  usable_ = false;
  dialogue_->stream().close();
}

void Client::abort() {
  aborted_ = true;
  usable_ = false;
  if (dialogue_) dialogue_->stream().close();
}

}  // namespace sesame::smtp
