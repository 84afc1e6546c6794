#include "testkit/smtp_wire.hpp"

#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <utility>

namespace sesame::testkit {
namespace {

constexpr int kDeadlineS = 10;

}  // namespace

bool SmtpWire::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const int length = static_cast<int>(bytes.size());
    const ssize_t sent = tls_ ? SSL_write(tls_.get(), bytes.data(), length)
                              : ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool SmtpWire::read_more(std::string& into) {
  char chunk[16 * 1024];
  const bool decrypted = tls_ && SSL_pending(tls_.get()) > 0;
  if (!decrypted && !peer_.wait_readable()) return false;
  const ssize_t got =
      tls_ ? SSL_read(tls_.get(), chunk, sizeof(chunk)) : recv(descriptor_, chunk, sizeof(chunk), 0);
  if (got <= 0) return false;
  into.append(chunk, static_cast<std::size_t>(got));
  return true;
}

std::optional<std::string> SmtpWire::read_line() {
  std::size_t end = buffered_.find('\n');
  while (end == std::string::npos) {
    if (!read_more(buffered_)) return std::nullopt;
    end = buffered_.find('\n');
  }
  std::string line = buffered_.substr(0, end);
  buffered_.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string SmtpWire::take_buffered() { return std::exchange(buffered_, {}); }

bool SmtpWire::accept_tls(ssl_ctx_st& context) {
  tls_.reset(SSL_new(&context), SSL_free);
  SSL_set_fd(tls_.get(), descriptor_);
  const timeval deadline{kDeadlineS, 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof(deadline));
  return SSL_accept(tls_.get()) == 1;
}

void SmtpWire::wait_until_left() {
  std::string ignored;
  while (read_more(ignored)) ignored.clear();
}

void SmtpWire::hang_up() { ::shutdown(descriptor_, SHUT_RDWR); }

void SmtpWire::reset() {
  // The socket is owned elsewhere: connecting it to nothing is how Linux resets it without closing the
  // descriptor.
  const linger at_once{1, 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  sockaddr nothing{};
  nothing.sa_family = AF_UNSPEC;
  static_cast<void>(::connect(descriptor_, &nothing, sizeof(nothing)));
}

}  // namespace sesame::testkit
