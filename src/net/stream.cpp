#include "net/stream.hpp"

#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "net/stream_parts.hpp"

namespace sesame::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMaxDiscardedBytes = 32 * 1024 * 1024;  // Three times the largest request.

}  // namespace

Stream::Stream(std::shared_ptr<Parts> parts) : parts_(std::move(parts)) {}
Stream::Stream(Stream&&) noexcept = default;
Stream::~Stream() { close(); }

Stream& Stream::operator=(Stream&& other) noexcept {
  if (this == &other) return *this;
  close();
  parts_ = std::move(other.parts_);
  return *this;
}

Task<Result<std::size_t>> Stream::read_some(std::span<char> into, Deadline deadline) {
  const std::shared_ptr<Parts> parts = parts_;
  const auto buffer = asio::buffer(into.data(), into.size());
  error_code code;
  std::size_t bytes = 0;
  parts->watch(deadline);
  if (parts->tls) {
    const auto result = co_await parts->tls->async_read_some(buffer, kAwait);
    std::tie(code, bytes) = result;
  } else {
    const auto result = co_await parts->socket.async_read_some(buffer, kAwait);
    std::tie(code, bytes) = result;
  }
  parts->unwatch();
  if (code) co_return parts->fail(code);
  co_return bytes;
}

Task<Status> Stream::write_all(std::string_view bytes, Deadline deadline) {
  const std::shared_ptr<Parts> parts = parts_;
  const auto buffer = asio::buffer(bytes.data(), bytes.size());
  error_code code;
  parts->watch(deadline);
  if (parts->tls) {
    const auto result = co_await asio::async_write(*parts->tls, buffer, kAwait);
    code = std::get<0>(result);
  } else {
    const auto result = co_await asio::async_write(parts->socket, buffer, kAwait);
    code = std::get<0>(result);
  }
  parts->unwatch();
  if (code) co_return parts->fail(code);
  co_return Done();
}

Task<Status> Stream::write_all(std::vector<std::string_view> pieces, Deadline deadline) {
  const std::shared_ptr<Parts> parts = parts_;
  std::vector<asio::const_buffer> buffers;
  buffers.reserve(pieces.size());
  for (const std::string_view piece : pieces) buffers.emplace_back(piece.data(), piece.size());
  error_code code;
  parts->watch(deadline);
  if (parts->tls) {
    const auto result = co_await asio::async_write(*parts->tls, buffers, kAwait);
    code = std::get<0>(result);
  } else {
    const auto result = co_await asio::async_write(parts->socket, buffers, kAwait);
    code = std::get<0>(result);
  }
  parts->unwatch();
  if (code) co_return parts->fail(code);
  co_return Done();
}

Task<Status> Stream::start_tls(const TlsContext& context, std::string server_name, Deadline deadline) {
  const std::shared_ptr<Parts> parts = parts_;
  parts->wrap(context);
  error_code not_an_address;
  asio::ip::make_address(server_name, not_an_address);
  // RFC 6066 §3: literal addresses are not permitted in SNI.
  if (not_an_address) SSL_set_tlsext_host_name(parts->tls->native_handle(), server_name.c_str());
  if (context.verifies_peer())
    parts->tls->set_verify_callback(asio::ssl::host_name_verification(server_name));
  if (context.notes_peer()) {
    // RFC 8461 §4.2: only the alternative names count.
    SSL_set_hostflags(parts->tls->native_handle(),
                      X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (SSL_set1_host(parts->tls->native_handle(), server_name.c_str()) != 1)
      co_return parts->fail(asio::error::no_memory);
  }
  parts->watch(deadline);
  const auto result = co_await parts->tls->async_handshake(asio::ssl::stream_base::client, kAwait);
  parts->unwatch();
  const error_code code = std::get<0>(result);
  if (code) co_return parts->fail(code);
  co_return Done();
}

std::string Stream::certificate_problem() const {
  SSL* const ssl = parts_->tls->native_handle();
  if (SSL_get0_peer_certificate(ssl) == nullptr) return "no certificate";
  const long result = SSL_get_verify_result(ssl);
  return result == X509_V_OK ? std::string() : X509_verify_cert_error_string(result);
}

Task<Status> Stream::accept_tls(const TlsContext& context, Deadline deadline) {
  const std::shared_ptr<Parts> parts = parts_;
  parts->wrap(context);
  parts->watch(deadline);
  const auto result = co_await parts->tls->async_handshake(asio::ssl::stream_base::server, kAwait);
  parts->unwatch();
  const error_code code = std::get<0>(result);
  if (code) co_return parts->fail(code);
  co_return Done();
}

Task<void> Stream::close_gently(Deadline deadline) {
  const std::shared_ptr<Parts> parts = parts_;
  parts->watch(deadline);
  // The peer's own close_notify may never come; whatever the result, the socket is closed below.
  if (parts->tls) co_await parts->tls->async_shutdown(kAwait);
  error_code code;
  parts->socket.shutdown(asio::ip::tcp::socket::shutdown_send, code);
  std::vector<char> discarded(16 * 1024);
  std::size_t total = 0;
  while (!code && total < kMaxDiscardedBytes) {
    const auto result = co_await parts->socket.async_read_some(asio::buffer(discarded), kAwait);
    code = std::get<0>(result);
    total += std::get<1>(result);
  }
  parts->close();
}

void Stream::write_and_leave(std::string_view bytes) {
  error_code ignored;
  parts_->socket.non_blocking(true, ignored);
  parts_->socket.write_some(asio::buffer(bytes.data(), bytes.size()), ignored);
  parts_->socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  close();
}

Task<std::optional<unsigned char>> Stream::peek(std::chrono::milliseconds patience) {
  const std::shared_ptr<Parts> parts = parts_;
  auto waiting = std::make_shared<bool>(true);
  asio::steady_timer timer(parts->socket.get_executor());
  timer.expires_after(patience);
  // The timer may have fired already when the byte comes: what it would cancel then is the next operation.
  timer.async_wait([parts, waiting](const error_code& code) {
    error_code ignored;
    if (!code && *waiting) parts->socket.cancel(ignored);
  });
  const auto result = co_await parts->socket.async_wait(asio::ip::tcp::socket::wait_read, kAwait);
  *waiting = false;
  if (std::get<0>(result)) co_return std::nullopt;
  unsigned char byte = 0;
  if (::recv(parts->socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 1) co_return std::nullopt;
  co_return byte;
}

bool Stream::readable_now() const {
  if (!is_open()) return true;
  if (parts_->tls && SSL_pending(parts_->tls->native_handle()) > 0) return true;
  pollfd watched{parts_->socket.native_handle(), POLLIN, 0};
  return ::poll(&watched, 1, 0) != 0;
}

void Stream::close() {
  if (parts_) parts_->close();
}

bool Stream::is_open() const { return parts_ && parts_->socket.is_open(); }
const std::string& Stream::peer_address() const { return parts_->peer_address; }

}  // namespace sesame::net
