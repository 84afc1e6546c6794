// The commands of a ServerSession.
#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/utf8.hpp"
#include "smtp/errors.hpp"
#include "smtp/server_session.hpp"

namespace sesame::smtp {
namespace {

constexpr std::size_t kShownBytesMax = 80;
constexpr std::size_t kNameBytesMax = 255;  // RFC 5321 §4.5.3.1.2

bool is_plain_name(std::string_view name) {
  for (const char c : name) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) return false;
  }
  return !name.empty() && name.size() <= kNameBytesMax;
}

}  // namespace

net::Task<void> ServerSession::execute(Command command) {
  const bool takes_argument = command.verb != Verb::data && command.verb != Verb::rset &&
                              command.verb != Verb::quit && command.verb != Verb::starttls;
  if (!takes_argument && !command.argument.empty())
    co_return refuse(501, "5.5.4", "the command has no argument");
  switch (command.verb) {
    case Verb::helo:
    case Verb::ehlo:
      co_return introduce(command);
    case Verb::mail:
      co_return co_await take_sender(command.argument);
    case Verb::rcpt:
      co_return co_await take_recipient(command.argument);
    case Verb::data:
      co_return co_await take_mail();
    case Verb::starttls:
      co_return co_await start_tls();
    case Verb::auth:
      co_return co_await authenticate(Secret(std::string(command.argument)));
    case Verb::rset:
      reset_mail();
      co_return say(250, "2.0.0", "OK");
    case Verb::noop:
      co_return say(250, "2.0.0", "OK");
    case Verb::vrfy:
      // RFC 5321 §3.5.3: the answer does not reveal which mailboxes exist.
      co_return say(252, "2.5.0", "Cannot VRFY user");
    case Verb::quit:
      co_return part(221, "2.0.0", "bye");
    case Verb::foreign:
      co_return part(502, "5.5.1", "this is not HTTP");
    case Verb::known_elsewhere:
      co_return refuse(502, "5.5.1", "there is no such command here");
    case Verb::unknown:
      co_return refuse(500, "5.5.2", "the command is unknown");
  }
}

void ServerSession::introduce(const Command& command) {
  const bool helo = command.verb == Verb::helo;
  if (!is_plain_name(command.argument)) {
    return refuse(501, "5.5.4", helo ? "HELO requires a host name" : "EHLO requires a host name");
  }
  reset_mail();
  introduced_ = true;
  guest_.name = command.argument;
  if (helo) return say(250, "", options_.name);
  const bool may_encrypt = options_.tls != ServerTls::none && !guest_.encrypted;
  out_ += "250-" + options_.name + "\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n";
  if (may_encrypt) out_ += "250-STARTTLS\r\n";
  // RFC 4954 §4: PLAIN and LOGIN send the password itself, so AUTH is not offered in the clear.
  if (options_.auth && guest_.encrypted && !logged_in_) out_ += "250-AUTH PLAIN LOGIN\r\n";
  out_ += "250-SIZE " + std::to_string(options_.max_message_bytes) + "\r\n250 ENHANCEDSTATUSCODES\r\n";
}

net::Task<void> ServerSession::start_tls() {
  if (options_.tls == ServerTls::none || options_.tls == ServerTls::implicit)
    co_return refuse(502, "5.5.1", "TLS is not offered");
  if (guest_.encrypted) co_return refuse(503, "5.5.1", "the connection is encrypted already");
  // Bytes sent in the clear behind the command would be taken for commands under TLS: command injection.
  if (!buffer_.empty()) co_return part(554, "5.5.1", "nothing may follow STARTTLS before its answer");
  say(220, "2.0.0", "go ahead");
  const bool said = co_await flush();
  if (!said) co_return;
  const bool encrypted = co_await handshake();
  if (!encrypted) {
    parting_ = true;
    co_return;
  }
  // RFC 3207 §4.2: the client's earlier commands count no longer.
  introduced_ = false;
  guest_.name.clear();
  reset_mail();
}

net::Task<void> ServerSession::authenticate(Secret argument) {
  line_.assign(line_.size(), ' ');  // It may hold a password.
  if (!options_.auth) co_return refuse(502, "5.5.1", "AUTH not available");
  if (!guest_.encrypted) co_return refuse(538, "5.7.11", "a password needs encryption: STARTTLS first");
  if (!introduced_) co_return refuse(503, "5.5.1", "EHLO first");
  if (logged_in_) co_return refuse(503, "5.5.1", "already logged in");
  const std::size_t blank = argument.reveal().find(' ');
  const std::string_view mechanism = argument.reveal().substr(0, blank);
  std::optional<Secret> first;
  if (blank != std::string_view::npos) {
    first = decode(ascii::trim(argument.reveal().substr(blank)));
    if (!first) co_return;
  }
  if (ascii::iequals(mechanism, "PLAIN")) {
    if (!first) first = co_await ask_for("");
    if (!first) co_return;
    Result<PlainLogin> login = read_plain_login(first->reveal());
    if (!login) co_return refuse(501, "5.5.2", "the login is malformed");
    const bool as_another = !login->acts_for.empty() && login->acts_for != login->user;
    if (as_another) co_return refuse(535, "5.7.8", "authorization identity not permitted");
    co_return co_await log_in(std::move(login->user), std::move(login->password));
  }
  if (ascii::iequals(mechanism, "LOGIN")) {
    if (!first) first = co_await ask_for("Username:");
    if (!first) co_return;
    std::optional<Secret> password = co_await ask_for("Password:");
    if (!password) co_return;
    co_return co_await log_in(std::string(first->reveal()), std::move(*password));
  }
  refuse(504, "5.5.4", "AUTH supports PLAIN and LOGIN");
}

std::optional<Secret> ServerSession::decode(std::string_view encoded) {
  // RFC 4954 §4: "=" is the empty answer.
  if (encoded == "=") return Secret();
  Result<std::string> decoded = decode_base64(encoded);
  if (decoded) return Secret(std::move(*decoded));
  refuse(501, "5.5.2", "this is not base64");
  return std::nullopt;
}

net::Task<std::optional<Secret>> ServerSession::ask_for(std::string_view prompt) {
  out_ += "334 " + encode_base64(prompt) + "\r\n";
  const Read read = co_await next_line();
  if (read != Read::line) {
    parting_ = true;
    co_return std::nullopt;
  }
  std::optional<Secret> answer;
  if (line_ == "*") {
    refuse(501, "5.7.0", "authentication cancelled");
  } else {
    answer = decode(line_);
  }
  line_.assign(line_.size(), ' ');
  co_return answer;
}

net::Task<void> ServerSession::log_in(std::string user, Secret password) {
  const Answer answer = co_await answer_of(handler_->on_login(guest_, std::move(user), std::move(password)));
  say(answer);
  logged_in_ = answer.positive();
  if (!logged_in_ && ++failed_logins_ >= options_.max_logins) part(421, "4.7.0", "too many failed logins");
}

bool ServerSession::may_mail() {
  if (!introduced_) {
    refuse(503, "5.5.1", "EHLO first");
    return false;
  }
  if (!options_.auth || logged_in_) return true;
  // RFC 3207 §4, RFC 4954 §6.
  refuse(530, "5.7.0", guest_.encrypted ? "Authentication required" : "Must issue a STARTTLS command first");
  return false;
}

void ServerSession::reset_mail() {
  from_.reset();
  to_.clear();
  utf8_ = false;
}

void ServerSession::refuse_path(const Error& error, std::string_view enhanced) {
  std::string parameter = "a parameter";
  for (const auto& [name, value] : error.facts()) {
    if (name == "value" && !value.empty()) parameter = "the parameter " + value.substr(0, kShownBytesMax);
  }
  if (error.is(errors::kParameterUnknown)) return refuse(555, "5.5.4", parameter + " is unknown");
  if (error.is(errors::kParameterMalformed)) return refuse(501, "5.5.4", parameter + " is malformed");
  refuse(501, enhanced, "the address is malformed");
}

bool ServerSession::has_legible_path(const Path& path, bool utf8, std::string_view enhanced) {
  if (ascii::is_ascii(path.mailbox)) return true;
  if (!utf8) {
    // RFC 6531 §3.5.
    refuse(553, "5.6.7", "the address needs SMTPUTF8");
  } else if (!utf8::valid(path.mailbox)) {
    refuse(501, enhanced, "the address is not UTF-8");
  } else {
    return true;
  }
  return false;
}

net::Task<void> ServerSession::take_sender(std::string_view argument) {
  if (!may_mail()) co_return;
  if (from_) co_return refuse(503, "5.5.1", "a mail is begun already");
  const Result<Path> path = read_mail_path(argument);
  if (!path) co_return refuse_path(path.error(), "5.1.7");
  if (!has_legible_path(*path, path->smtputf8, "5.1.7")) co_return;
  if (path->size.value_or(0) > options_.max_message_bytes)
    co_return refuse(552, "5.3.4", "the mail is too large");
  const Answer answer = co_await answer_of(handler_->on_sender(guest_, *path));
  if (!answer.positive()) co_return refuse(answer.code, answer.enhanced, answer.text);
  from_ = path->mailbox;
  utf8_ = path->smtputf8;
  say(answer);
}

net::Task<void> ServerSession::take_recipient(std::string_view argument) {
  if (!may_mail()) co_return;
  if (!from_) co_return refuse(503, "5.5.1", "MAIL first");
  const Result<Path> path = read_rcpt_path(argument);
  if (!path) co_return refuse_path(path.error(), "5.1.3");
  if (!has_legible_path(*path, utf8_, "5.1.3")) co_return;
  // Not counted as an error: RFC 5321 §4.5.3.1.10 lets the client send the rest in another mail.
  if (to_.size() >= options_.max_recipients) co_return say(452, "4.5.3", "too many recipients");
  const Answer answer = co_await answer_of(handler_->on_recipient(guest_, *path));
  if (!answer.positive()) co_return refuse(answer.code, answer.enhanced, answer.text);
  to_.push_back(path->mailbox);
  say(answer);
}

net::Task<void> ServerSession::take_mail() {
  if (!may_mail()) co_return;
  if (!from_ || to_.empty()) co_return refuse(503, "5.5.1", "a sender and a recipient first");
  // RFC 2920 §3.1: DATA ends a group. A client that does not wait for the answer can't know whether the bytes
  // behind it are read as a mail or as commands.
  if (!buffer_.empty()) co_return part(554, "5.5.0", "nothing may follow DATA before its answer");
  say(354, "", "end the mail with a line that is a dot");
  const bool said = co_await flush();
  if (!said) co_return;
  BodyReader body(options_.max_message_bytes, options_.max_line_bytes);
  net::BodyShare share(state_->bodies_bytes, options_.max_bodies_bytes);
  const bool read = co_await receive(body, share);
  if (!read) {
    parting_ = true;
    co_return;
  }
  co_await hand_over(body);
  reset_mail();
}

net::Task<void> ServerSession::hand_over(BodyReader& body) {
  if (body.state() == BodyReader::State::bare_end)
    co_return part(554, "5.5.2", "a line ends in CRLF and holds no other CR or LF");
  if (body.has_long_line()) co_return say(state_->handler.line_too_long());
  if (body.too_large()) co_return say(state_->handler.too_large());
  if (body.had_no_room()) co_return say(452, "4.3.1", "too many mails at this moment");
  IncomingMail mail;
  mail.from = *from_;
  mail.to = to_;
  mail.bytes = std::move(body.bytes());
  const Answer answer = co_await answer_of(handler_->on_mail(guest_, std::move(mail)));
  say(answer);
  if (!answer.positive()) co_return;
  commands_ = 0;
  state_->mails.add();
}

}  // namespace sesame::smtp
