#include "net/http_session.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "net/errors.hpp"
#include "net/forwarded.hpp"
#include "net/http_request_parser.hpp"
#include "net/http_response.hpp"
#include "net/listener.hpp"

namespace sesame::net {

namespace {

constexpr std::size_t kIdleBufferBytes = 4 * 1024;     // Holds a usual small request.
constexpr std::size_t kBodyBufferBytes = 64 * 1024;    // Few system calls for a large one.
constexpr std::size_t kGatheredBodyBytes = 16 * 1024;  // Up to here copying is cheaper than a second piece.
constexpr std::size_t kPieceBytes = 256 * 1024;        // A client that reads takes one within stall_timeout.
constexpr std::size_t kShortPathBytes = 15;            // Tells the kinds of paths apart, and needs no memory.
constexpr int kClosingMax = 64;
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

Deadline earlier(Deadline a, Deadline b) { return a.at() < b.at() ? a : b; }

}  // namespace

void IdleSessions::add(HttpSession& session) {
  session.idle_since_ = SystemClock().steady_now().time_since_epoch().count();
  waiting_.push_back(session);
  publish();
}

void IdleSessions::remove(HttpSession& session) {
  waiting_.erase(waiting_.iterator_to(session));
  publish();
}

void IdleSessions::close_longest() {
  closing_.fetch_sub(1, std::memory_order_relaxed);
  if (waiting_.empty()) return;
  HttpSession& longest = waiting_.front();
  remove(longest);
  longest.close();
}

bool IdleSessions::begin_closing() {
  if (closing_.fetch_add(1, std::memory_order_relaxed) < kClosingMax) return true;
  closing_.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

void IdleSessions::publish() {
  idle_since_.store(waiting_.empty() ? kNobody : waiting_.front().idle_since_, std::memory_order_relaxed);
}

HttpSession::HttpSession(std::shared_ptr<HttpServerState> state, Stream stream, std::size_t loop,
                         PeerPlace place)
    : state_(std::move(state)),
      loop_(loop),
      place_(std::move(place)),
      stream_(std::move(stream)),
      buffer_(state_->options.max_header_bytes + kBodyBufferBytes) {
  open_connections().add(1);
}

HttpSession::~HttpSession() {
  open_connections().add(-1);
  wake();
  state_->sessions[loop_].erase(this);
  place_.leave();
  request_place_.leave();
  state_->gate.leave();
}

void HttpSession::close_if_idle() {
  if (idle_ || streaming_) stream_.close();
}

void HttpSession::close() { stream_.close(); }

/// No request is under way from here on.
void HttpSession::rest() {
  idle_ = true;
  if (!is_linked()) state_->idle[loop_].add(*this);
}

void HttpSession::wake() {
  idle_ = false;
  if (is_linked()) state_->idle[loop_].remove(*this);
}

Task<void> HttpSession::run() {
  state_->sessions[loop_].insert(this);
  rest();
  try {
    co_await serve();
  } catch (const std::exception& exception) {
    log_error("net.session_failed", {{"cause", exception.what()}});
    stream_.close();
  }
  request_place_.leave();
  rest();
  if (!stream_.is_open()) co_return;
  const std::chrono::milliseconds patience = state_->stopping ? kHastyGoodbye : kGoodbye;
  co_await stream_.close_gently(patience);
}

Task<void> HttpSession::serve() {
  if (state_->tls) {
    const Status encrypted = co_await stream_.accept_tls(*state_->tls, state_->options.first_byte_timeout);
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
  request_place_.leave();
  const bool received = co_await receive(parser, share);
  if (!received) co_return false;
  ResponseForm form;
  form.http_1_0 = parser.is_http_1_0();
  if (parser.state() != RequestParser::State::done) {
    share.release();
    form.keep_alive = false;
    HttpResponse refusal = refuse(parser);
    co_await send(std::move(refusal), form, false);
    co_return false;
  }
  buffer_.shrink(kIdleBufferBytes);
  const bool head_only = parser.request().method == "HEAD";
  HttpRequest short_head;
  short_head.method = parser.request().method;
  short_head.target = parser.request().path().substr(0, kShortPathBytes);
  HttpResponse response = co_await answer(std::move(parser.request()), short_head);
  share.release();  // The handler has consumed the body; a client that reads slowly keeps no share.
  form.keep_alive = parser.wants_keep_alive() && !state_->stopping;
  if (response.source != nullptr) {
    co_await send_source(std::move(response), form, head_only);
    co_return false;
  }
  BodyShare answer_share(state_->answers_bytes, state_->options.max_answers_bytes);
  if (!answer_share.cover(response.body.size())) {
    static Counter& answer_budget = refused("answer_budget");
    answer_budget.add();
    response = state_->handler.overloaded(short_head);
    form.keep_alive = false;
  }
  const bool sent = co_await send(std::move(response), form, head_only);
  if (!sent) co_return false;
  co_return form.keep_alive;
}

/// True when the parser has a request or a reason to refuse; false when the connection must be closed.
Task<bool> HttpSession::receive(RequestParser& parser, BodyShare& share) {
  using State = RequestParser::State;
  if (buffer_.empty()) {
    // The first byte of the next request.
    rest();
    if (state_->stopping) co_return false;
    const Deadline patience(silent_ ? state_->options.first_byte_timeout : state_->options.idle_timeout);
    const bool came = co_await fill(kIdleBufferBytes, patience);
    wake();
    silent_ = false;
    if (!came) co_return false;
  }
  Deadline deadline(state_->options.header_timeout);
  identified_ = judged_ = above_peer_limit_ = false;
  bool in_body = false;
  for (;;) {
    buffer_.consume(parser.feed(buffer_.view()));
    if (!admit(parser, share)) co_return true;
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

/// Checks the limits of a request whose head has been read. False when it is refused.
bool HttpSession::admit(RequestParser& parser, BodyShare& share) {
  using State = RequestParser::State;
  if (parser.state() != State::body && parser.state() != State::done) return true;
  if (!identified_) {
    identified_ = true;
    HttpRequest& request = parser.request();
    identify(request);
    const bool forwarded = !state_->proxies.empty() && state_->proxies.contains(stream_.peer_address());
    if (forwarded && !request_place_.take(state_->peers, network_of(request.peer_address),
                                          state_->options.max_connections_per_peer)) {
      above_peer_limit_ = true;
      parser.refuse_body();
      return false;
    }
  }
  if (!judged_ && parser.body_bytes() > BodyShare::kFreeBytes) {
    judged_ = true;
    const BodyAllowance allowed = state_->handler.allow_body(parser.request());
    if (!allowed.known_client) share.limit_to_quarter();
    parser.limit_body(allowed.bytes);
    if (parser.state() == State::too_large) return false;
  }
  if (share.cover(parser.request().body.size())) return true;
  parser.refuse_body();
  return false;
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

void HttpSession::identify(HttpRequest& request) const {
  request.peer_address = stream_.peer_address();
  request.secure = state_->tls.has_value();
  apply_forwarded(request, state_->proxies);
}

Task<HttpResponse> HttpSession::answer(HttpRequest request, const HttpRequest& short_head) {
  try {
    co_return co_await state_->handler.handle(std::move(request));
  } catch (const std::exception& exception) {
    log_error("net.handler_failed", {{"cause", exception.what()}});
  }
  co_return state_->handler.failed(short_head);
}

HttpResponse HttpSession::refuse(RequestParser& parser) {
  static Counter& too_large = refused("too_large");
  static Counter& malformed = refused("malformed");
  static Counter& body_budget = refused("body_budget");
  static Counter& peer_limit = refused("peer_limit");
  HttpRequest& head = parser.request();
  if (parser.state() == RequestParser::State::no_room) {
    (above_peer_limit_ ? peer_limit : body_budget).add();
    return state_->handler.overloaded(head);
  }
  identify(head);
  if (parser.state() == RequestParser::State::head_too_large) {
    too_large.add();
    return state_->handler.head_too_large(head);
  }
  if (parser.state() == RequestParser::State::too_large) {
    too_large.add();
    head.body = std::string();
    return state_->handler.too_large(head);
  }
  malformed.add();
  return state_->handler.malformed(parser.why());
}

Task<bool> HttpSession::send(HttpResponse response, ResponseForm form, bool head_only) {
  out_.clear();
  append_head(out_, response, form, state_->clock.now_s());
  const bool with_body = !head_only && may_have_body(response.status);
  if (with_body && response.body.size() > kGatheredBodyBytes) {
    const Status sent = co_await send_large(response.body);
    co_return sent.ok();
  }
  if (with_body) out_ += response.body;
  const Deadline deadline(std::min(state_->options.write_timeout, state_->options.stall_timeout));
  const Status sent = co_await stream_.write_all(out_, deadline);
  co_return sent.ok();
}

/// Sends a body as it is made, until its end, the client's or the server's. The connection ends with it.
Task<void> HttpSession::send_source(HttpResponse response, ResponseForm form, bool head_only) {
  form.keep_alive = false;
  out_.clear();
  append_head(out_, response, form, state_->clock.now_s());
  streaming_ = true;
  Status sent = co_await stream_.write_all(out_, Deadline(state_->options.stall_timeout));
  // A client that waits for a body sends nothing: what can be read is the end of its connection.
  while (sent && !head_only && !state_->stopping && !stream_.readable_now()) {
    const std::optional<std::string> piece = co_await response.source->next();
    if (!piece) break;
    if (!piece->empty()) sent = co_await stream_.write_all(*piece, Deadline(state_->options.stall_timeout));
  }
  streaming_ = false;
}

/// Sends the head in out_ and the body in pieces, so that a client that does not read is found out early.
Task<Status> HttpSession::send_large(std::string_view body) {
  const Deadline end(state_->options.write_timeout);
  std::vector<std::string_view> pieces;
  pieces.push_back(out_);
  pieces.push_back(body.substr(0, kPieceBytes));
  Status sent = co_await stream_.write_all(std::move(pieces), earlier(end, state_->options.stall_timeout));
  for (std::size_t at = kPieceBytes; sent && at < body.size(); at += kPieceBytes) {
    sent =
        co_await stream_.write_all(body.substr(at, kPieceBytes), earlier(end, state_->options.stall_timeout));
  }
  if (!sent) {
    static Counter& unread = refused("unread");
    unread.add();
  }
  co_return sent;
}

}  // namespace sesame::net
