#include "smtp/server_session.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "net/listener.hpp"
#include "smtp/input_line.hpp"

namespace sesame::smtp {
namespace {

constexpr std::size_t kCommandBufferBytes = 4 * 1024;  // Holds any usual line.
constexpr std::size_t kBodyBufferBytes = 64 * 1024;    // Few system calls for a mail.
constexpr std::size_t kReplyLineBytesMax = 2000;
constexpr std::chrono::milliseconds kGoodbye{5'000};
constexpr std::chrono::milliseconds kHastyGoodbye{300};  // While the server stops.

net::Deadline earlier(net::Deadline a, net::Deadline b) { return a.at() < b.at() ? a : b; }

void append_clean(std::string& out, std::string_view text) {
  for (const char c : text.substr(0, kReplyLineBytesMax)) {
    const bool control = static_cast<unsigned char>(c) < ' ' || c == 0x7f;
    out += control ? ' ' : c;
  }
}

Labels server_label(const ServerOptions& options) { return {{"server", options.metrics_name}}; }

}  // namespace

ServerState::ServerState(ServerHandler& answers, ServerOptions given, std::size_t loops)
    : handler(answers),
      options(std::move(given)),
      open_connections(gauge("sesame_smtp_server_connections", "Open connections to an SMTP server",
                             server_label(options))),
      mails(counter("sesame_smtp_server_mails_total", "Mails that an SMTP server has accepted",
                    server_label(options))),
      refusals(counter("sesame_smtp_server_turned_away_total",
                       "Connections to an SMTP server that were one too many", server_label(options))),
      sessions(loops) {}

ServerSession::ServerSession(std::shared_ptr<ServerState> state, net::Stream stream, std::size_t loop,
                             net::PeerPlace place)
    : state_(std::move(state)),
      options_(state_->options),
      loop_(loop),
      place_(std::move(place)),
      end_(options_.session_timeout),
      login_end_(options_.login_timeout),
      stream_(std::move(stream)),
      buffer_(kBodyBufferBytes + options_.max_line_bytes) {
  state_->open_connections.add(1);
}

ServerSession::~ServerSession() {
  state_->open_connections.add(-1);
  state_->sessions[loop_].erase(this);
  state_->gate.leave();
}

void ServerSession::close_if_idle() {
  if (idle_) stream_.close();
}

void ServerSession::close() { stream_.close(); }

net::Task<void> ServerSession::run() {
  state_->sessions[loop_].insert(this);
  guest_.address = stream_.peer_address();
  try {
    handler_ = state_->handler.new_session(guest_.address);
    co_await serve();
  } catch (const std::exception& exception) {
    log_error("smtp.session_failed", {{"cause", exception.what()}});
    stream_.close();
  }
  if (!stream_.is_open()) co_return;
  const bool said = co_await flush();
  if (!said) co_return;
  const std::chrono::milliseconds patience = state_->stopping ? kHastyGoodbye : kGoodbye;
  co_await stream_.close_gently(patience);
}

net::Task<void> ServerSession::serve() {
  const bool ready = co_await encrypt_at_once();
  if (!ready) co_return;
  say(220, "", options_.name + " ESMTP");
  while (!parting_) {
    if (state_->stopping) co_return part(421, "4.3.2", options_.name + " is shutting down");
    idle_ = true;
    const Read read = co_await next_line();
    idle_ = false;
    if (read != Read::line) co_return;
    spoken_ = true;
    if (++commands_ > options_.max_commands) co_return part(421, "4.7.0", "too many commands without a mail");
    co_await execute(read_command(line_));
  }
}

net::Task<bool> ServerSession::encrypt_at_once() {
  bool encrypts = options_.tls == ServerTls::implicit;
  if (options_.tls == ServerTls::either) {
    const auto first = co_await stream_.peek(options_.first_byte_patience);
    constexpr unsigned char kTlsHandshake = 0x16;  // RFC 8446 §5.1; no command of SMTP begins with it.
    encrypts = first == kTlsHandshake;
  }
  if (!encrypts) co_return stream_.is_open();
  co_return co_await handshake();
}

net::Task<bool> ServerSession::handshake() {
  const Status encrypted = co_await stream_.accept_tls(*options_.tls_context, options_.handshake_timeout);
  guest_.encrypted = encrypted.ok();
  co_return encrypted.ok();
}

net::Deadline ServerSession::patience() const {
  const bool not_yet = options_.auth && !logged_in_;
  const bool in_short = !spoken_ || state_->gate.inside() > options_.max_connections / 2;
  const net::Deadline command_end(in_short ? std::min(options_.short_timeout, options_.command_timeout)
                                           : options_.command_timeout);
  return earlier(command_end, not_yet ? earlier(login_end_, end_) : end_);
}

/// Reads one line into line_. The replies so far are sent before it waits for more.
net::Task<ServerSession::Read> ServerSession::next_line() {
  for (;;) {
    const InputLine line = read_line(buffer_.view(), options_.max_line_bytes);
    if (line.state == LineState::complete) {
      line_.assign(line.text);
      buffer_.consume(line.bytes);
      co_return Read::line;
    }
    if (line.state == LineState::bare_end) {
      part(500, "5.5.2", "a line ends in CRLF and holds no other CR or LF");
      co_return Read::refused;
    }
    if (line.state == LineState::too_long) {
      part(500, "5.5.2", "the line is too long");
      co_return Read::refused;
    }
    const bool said = co_await flush();
    if (!said) co_return Read::gone;
    buffer_.shrink(kCommandBufferBytes);
    const bool came = co_await fill(kCommandBufferBytes, patience());
    if (!came) co_return Read::gone;
  }
}

net::Task<bool> ServerSession::fill(std::size_t room, net::Deadline deadline) {
  const Result<std::size_t> read = co_await stream_.read_some(buffer_.room(room), deadline);
  if (read) buffer_.received(*read);
  co_return read.ok();
}

net::Task<bool> ServerSession::flush() {
  if (out_.empty()) co_return true;
  const Status sent = co_await stream_.write_all(out_, options_.write_timeout);
  out_.clear();
  co_return sent.ok();
}

void ServerSession::say(unsigned code, std::string_view enhanced, std::string_view text) {
  if (code == 421) parting_ = true;  // RFC 5321 §3.8: sent before the server closes.
  out_ += std::to_string(code) + " ";
  if (!enhanced.empty()) out_.append(enhanced) += ' ';
  append_clean(out_, text);
  out_ += "\r\n";
}

void ServerSession::say(const Answer& answer) { say(answer.code, answer.enhanced, answer.text); }

void ServerSession::refuse(unsigned code, std::string_view enhanced, std::string_view text) {
  say(code, enhanced, text);
  // A temporary failure of the server is not the client's fault.
  if (code < 500) return;
  if (++errors_ >= options_.max_errors) part(421, "4.7.0", "too many errors");
}

void ServerSession::part(unsigned code, std::string_view enhanced, std::string_view text) {
  say(code, enhanced, text);
  parting_ = true;
}

net::Task<Answer> ServerSession::answer_of(net::Task<Answer> task) {
  try {
    co_return co_await std::move(task);
  } catch (const std::exception& exception) {
    log_error("smtp.handler_failed", {{"cause", exception.what()}});
  }
  co_return Answer{451, "4.3.0", "internal error, try again later"};
}

net::Task<bool> ServerSession::receive(BodyReader& body, net::BodyShare& share) {
  // A refused mail is still read, up to a bound, so that the client gets the reason.
  const std::uint64_t taken_max = 4 * std::uint64_t{options_.max_message_bytes};
  const net::Deadline deadline = earlier(options_.body_timeout, end_);
  for (;;) {
    buffer_.consume(body.feed(buffer_.view()));
    if (body.state() != BodyReader::State::more) co_return true;
    if (!share.cover(body.bytes().capacity())) {
      share.release();
      body.refuse_room();
    }
    if (body.taken() > taken_max) {
      part(552, "5.3.4", "the mail is too large");
      co_return false;
    }
    const bool came = co_await fill(kBodyBufferBytes, deadline);
    if (!came) co_return false;
  }
}

}  // namespace sesame::smtp
