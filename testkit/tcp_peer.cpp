#include "testkit/tcp_peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace sesame::testkit {

namespace {

constexpr int kDeadlineMs = 10'000;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

TcpPeer TcpPeer::connect(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    ::close(descriptor);
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
  }
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return TcpPeer(descriptor);
}

TcpPeer::~TcpPeer() { close(); }

TcpPeer::TcpPeer(TcpPeer&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      stop_(other.stop_),
      buffered_(std::move(other.buffered_)) {}

TcpPeer& TcpPeer::operator=(TcpPeer&& other) noexcept {
  if (this == &other) return *this;
  close();
  descriptor_ = std::exchange(other.descriptor_, -1);
  stop_ = other.stop_;
  buffered_ = std::move(other.buffered_);
  return *this;
}

bool TcpPeer::wait_for(short events) const {
  pollfd watched[] = {{descriptor_, events, 0}, {stop_, POLLIN, 0}};
  return poll(watched, 2, kDeadlineMs) > 0 && watched[0].revents != 0;
}

std::string TcpPeer::remote_address() const {
  sockaddr_in remote{};
  socklen_t size = sizeof(remote);
  getpeername(descriptor_, reinterpret_cast<sockaddr*>(&remote), &size);
  char digits[INET_ADDRSTRLEN] = "";
  inet_ntop(AF_INET, &remote.sin_addr, digits, sizeof(digits));
  return digits;
}

bool TcpPeer::wait_readable() const { return wait_for(POLLIN); }

bool TcpPeer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!wait_for(POLLOUT)) return false;
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EAGAIN) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool TcpPeer::fill() {
  char chunk[16 * 1024];
  if (!wait_for(POLLIN)) return false;
  const ssize_t received = ::recv(descriptor_, chunk, sizeof(chunk), 0);
  if (received <= 0) return false;
  buffered_.append(chunk, static_cast<std::size_t>(received));
  return true;
}

std::string TcpPeer::read_until(std::string_view end) {
  std::size_t searched = 0;
  for (;;) {
    const std::size_t found = buffered_.find(end, searched);
    if (found != std::string::npos) return read_exactly(found + end.size());
    searched = buffered_.size() < end.size() ? 0 : buffered_.size() - end.size() + 1;
    if (!fill()) return std::exchange(buffered_, {});
  }
}

std::string TcpPeer::read_line() {
  std::string line = read_until("\n");
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  return line;
}

std::string TcpPeer::read_exactly(std::size_t bytes) {
  while (buffered_.size() < bytes && fill()) {
  }
  std::string taken = buffered_.substr(0, bytes);
  buffered_.erase(0, bytes);
  return taken;
}

std::string TcpPeer::read_to_end(bool* closed) {
  char chunk[16 * 1024];
  ssize_t received = -1;
  while (wait_for(POLLIN) && (received = ::recv(descriptor_, chunk, sizeof(chunk), 0)) > 0) {
    buffered_.append(chunk, static_cast<std::size_t>(received));
    received = -1;
  }
  if (closed != nullptr) *closed = received == 0;
  return std::exchange(buffered_, {});
}

std::string TcpPeer::read_http_answer() {
  constexpr std::string_view kLength = "Content-Length: ";
  std::string answer = read_until("\r\n\r\n");
  const std::size_t at = answer.find(kLength);
  if (at != std::string::npos)
    answer += read_exactly(std::strtoul(answer.c_str() + at + kLength.size(), nullptr, 10));
  return answer;
}

void TcpPeer::finish_writing() { shutdown(descriptor_, SHUT_WR); }

void TcpPeer::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void TcpPeer::reset() {
  const linger at_once{1, 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close();
}

TcpServer::TcpServer(Serve serve) : serve_(std::move(serve)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof(address);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      listen(listener_, 128) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("cannot listen");
  }
  port_ = ntohs(address.sin_port);
  stop_ = eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this] { accept_until_stopped(); });
}

TcpServer::~TcpServer() {
  eventfd_write(stop_, 1);
  thread_.join();
  for (std::thread& session : sessions_) session.join();
  ::close(listener_);
  ::close(stop_);
}

void TcpServer::accept_until_stopped() {
  for (;;) {
    pollfd watched[] = {{listener_, POLLIN, 0}, {stop_, POLLIN, 0}};
    if (poll(watched, 2, -1) > 0 && watched[1].revents != 0) return;
    const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) continue;
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    ++accepted_;
    sessions_.emplace_back([this, descriptor] {
      TcpPeer peer(descriptor, stop_);
      serve_(peer);
    });
  }
}

}  // namespace sesame::testkit
