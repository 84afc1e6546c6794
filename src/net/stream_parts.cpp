#include "net/stream_parts.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include "base/clock.hpp"
#include "net/errors.hpp"

namespace sesame::net {

namespace asio = boost::asio;
using boost::system::error_code;
using SteadyTime = std::chrono::steady_clock::time_point;

namespace {

const ErrorName& name_of(const error_code& code) {
  namespace error = asio::error;
  if (code == error::connection_refused) return errors::kRefused;
  if (code == error::timed_out) return errors::kTimeout;
  if (code == error::eof || code == error::connection_reset || code == error::broken_pipe ||
      code == error::connection_aborted || code == error::operation_aborted ||
      code == error::bad_descriptor || code == error::not_connected ||
      code == asio::ssl::error::stream_truncated) {
    return errors::kClosed;
  }
  if (code.category() == error::get_netdb_category() || code.category() == error::get_addrinfo_category()) {
    return errors::kUnresolved;
  }
  if (code.category() == error::get_ssl_category() ||
      code.category() == asio::ssl::error::get_stream_category()) {
    return errors::kTls;
  }
  return errors::kFailed;
}

}  // namespace

Stream::Parts::Parts(asio::ip::tcp::socket connected_or_new)
    : socket(std::move(connected_or_new)), timer_(socket.get_executor()) {}

void Stream::Parts::watch(Deadline until) {
  deadline_ = until.at();
  if (timer_at_ > deadline_) set_timer();
}

void Stream::Parts::set_timer() {
  timer_at_ = deadline_;
  timer_.expires_at(timer_at_);
  timer_.async_wait([weak = weak_from_this()](const error_code& code) {
    const auto self = weak.lock();
    if (code || !self) return;
    self->timer_at_ = SteadyTime::max();
    if (self->deadline_ == SteadyTime::max()) return;
    if (self->deadline_ > SystemClock().steady_now()) return self->set_timer();
    self->timed_out_ = true;
    self->close();
  });
}

void Stream::Parts::close() {
  error_code ignored;
  socket.close(ignored);
  timer_.cancel();
  timer_at_ = SteadyTime::max();
}

Error Stream::Parts::fail(const error_code& code) {
  close();
  if (timed_out_) return Error(errors::kTimeout);
  return Error(name_of(code)).because(code.message());
}

void Stream::Parts::settle() {
  error_code code;
  // Requests and SMTP commands are written whole, so waiting for more to send only delays.
  socket.set_option(asio::ip::tcp::no_delay(true), code);
  const auto peer = socket.remote_endpoint(code);
  if (!code) peer_address = peer.address().to_string();
}

void Stream::Parts::wrap(const TlsContext& context) {
  tls_context = context.shared();
  tls.emplace(socket, *tls_context);
}

}  // namespace sesame::net
