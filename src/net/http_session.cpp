#include "net/http_session.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "net/errors.hpp"
#include "net/http_request_parser.hpp"
#include "net/http_response.hpp"

namespace sesame::net {

namespace {

constexpr std::size_t kIdleBufferBytes = 4 * 1024;     // Holds a usual small request.
constexpr std::size_t kBodyBufferBytes = 64 * 1024;    // Few system calls for a large one.
constexpr std::size_t kGatheredBodyBytes = 16 * 1024;  // Up to here copying is cheaper than a second piece.
constexpr std::chrono::milliseconds kGoodbye{5'000};
constexpr std::chrono::milliseconds kHastyGoodbye{300};  // While the server stops.

Counter& refused(const char* why) {
  return counter("sesame_http_refused_total", "Connections that ended with a refusal", {{"why", why}});
}

Gauge& open_connections() {
  static Gauge& open = gauge("sesame_http_connections", "Open connections to the HTTP server");
  return open;
}

void count_failed_read(const Error& error) {
  static Counter& timeouts = refused("timeout");
  if (error.is(errors::kTimeout)) timeouts.add();
}

}  // namespace

HttpSession::HttpSession(std::shared_ptr<HttpServerState> state, Stream stream, std::size_t loop)
    : state_(std::move(state)),
      loop_(loop),
      stream_(std::move(stream)),
      buffer_(state_->options.max_header_bytes + kBodyBufferBytes) {
  open_connections().add(1);
}

HttpSession::~HttpSession() {
  open_connections().add(-1);
  state_->sessions[loop_].erase(this);
  state_->gate.leave();
}

void HttpSession::close_if_idle() {
  if (idle_) stream_.close();
}

void HttpSession::close() { stream_.close(); }

Task<void> HttpSession::run() {
  state_->sessions[loop_].insert(this);
  try {
    co_await serve();
  } catch (const std::exception& exception) {
    log_error("net.session_failed", {{"cause", exception.what()}});
    stream_.close();
  }
  idle_ = true;
  if (!stream_.is_open()) co_return;
  const std::chrono::milliseconds patience = state_->stopping ? kHastyGoodbye : kGoodbye;
  co_await stream_.close_gently(patience);
}

Task<void> HttpSession::serve() {
  if (state_->tls) {
    const Status encrypted = co_await stream_.accept_tls(*state_->tls, state_->options.header_timeout);
    if (!encrypted) co_return count_failed_read(encrypted.error());
  }
  bool goes_on = true;
  while (goes_on) goes_on = co_await serve_one();
}

Task<bool> HttpSession::serve_one() {
  RequestLimits limits;
  limits.header_bytes = state_->options.max_header_bytes;
  limits.body_bytes = state_->options.max_body_bytes;
  RequestParser parser(limits);
  BodyShare share(state_->bodies_bytes, state_->options.max_bodies_bytes);
  const bool received = co_await receive(parser, share);
  if (!received) co_return false;
  const bool http_1_0 = parser.is_http_1_0();
  if (parser.state() != RequestParser::State::done) {
    share.release();
    HttpResponse refusal = refuse(parser);
    co_await send(std::move(refusal), false, false, http_1_0);
    co_return false;
  }
  buffer_.shrink(kIdleBufferBytes);
  const bool head_only = parser.request().method == "HEAD";
  HttpResponse response = co_await answer(std::move(parser.request()));
  share.release();  // The handler has consumed the body; a client that reads slowly keeps no share.
  const bool keep_alive = parser.wants_keep_alive() && !state_->stopping;
  const bool sent = co_await send(std::move(response), head_only, keep_alive, http_1_0);
  if (!sent) co_return false;
  co_return keep_alive;
}

/// True when the parser has a request or a reason to refuse; false when the connection must be closed.
Task<bool> HttpSession::receive(RequestParser& parser, BodyShare& share) {
  using State = RequestParser::State;
  if (buffer_.empty()) {
    idle_ = true;
    if (state_->stopping) co_return false;
    const bool came = co_await fill(kIdleBufferBytes, state_->options.idle_timeout);
    idle_ = false;
    if (!came) co_return false;
  }
  Deadline deadline(state_->options.header_timeout);
  bool in_body = false;
  for (;;) {
    buffer_.consume(parser.feed(buffer_.view()));
    const bool has_body = parser.state() == State::body || parser.state() == State::done;
    if (has_body && !share.cover(parser.request().body.size())) {
      parser.refuse_body();
      co_return true;
    }
    if (parser.state() == State::body && !in_body) {
      in_body = true;
      deadline = Deadline(state_->options.body_timeout);
      if (parser.expects_continue() && buffer_.empty()) {
        const Status sent = co_await stream_.write_all("HTTP/1.1 100 Continue\r\n\r\n", deadline);
        if (!sent) co_return false;
      }
      continue;
    }
    if (parser.state() != State::head && parser.state() != State::body) co_return true;
    if (buffer_.room(1).empty()) {
      parser.refuse("a line is too long");
      co_return true;
    }
    const std::size_t room = in_body ? kBodyBufferBytes : kIdleBufferBytes;
    const bool more = co_await fill(room, deadline);
    if (!more) co_return false;
  }
}

Task<bool> HttpSession::fill(std::size_t room, Deadline deadline) {
  const Result<std::size_t> read = co_await stream_.read_some(buffer_.room(room), deadline);
  if (read) {
    buffer_.received(*read);
  } else if (!idle_) {
    count_failed_read(read.error());
  }
  co_return read.ok();
}

Task<HttpResponse> HttpSession::answer(HttpRequest request) {
  request.peer_address = stream_.peer_address();
  try {
    co_return co_await state_->handler.handle(std::move(request));
  } catch (const std::exception& exception) {
    log_error("net.handler_failed", {{"cause", exception.what()}});
  }
  co_return state_->handler.failed();
}

HttpResponse HttpSession::refuse(RequestParser& parser) {
  static Counter& too_large = refused("too_large");
  static Counter& malformed = refused("malformed");
  static Counter& body_budget = refused("body_budget");
  if (parser.state() == RequestParser::State::no_room) {
    body_budget.add();
    return state_->handler.overloaded();
  }
  HttpRequest& head = parser.request();
  head.peer_address = stream_.peer_address();
  if (parser.state() == RequestParser::State::too_large) {
    too_large.add();
    head.body = std::string();
    return state_->handler.too_large(head);
  }
  malformed.add();
  return state_->handler.malformed(parser.why());
}

Task<bool> HttpSession::send(HttpResponse response, bool head_only, bool keep_alive, bool http_1_0) {
  ResponseForm form;
  form.keep_alive = keep_alive;
  form.http_1_0 = http_1_0;
  out_.clear();
  append_head(out_, response, form, state_->clock.now_s());
  const Deadline deadline(state_->options.write_timeout);
  const bool with_body = !head_only && may_have_body(response.status);
  if (with_body && response.body.size() > kGatheredBodyBytes) {
    std::vector<std::string_view> pieces;
    pieces.push_back(out_);
    pieces.push_back(response.body);
    const Status sent = co_await stream_.write_all(std::move(pieces), deadline);
    co_return sent.ok();
  }
  if (with_body) out_ += response.body;
  const Status sent = co_await stream_.write_all(out_, deadline);
  co_return sent.ok();
}

}  // namespace sesame::net
