#include "testkit/black_hole.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

namespace sesame::testkit {

BlackHole::BlackHole() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, size) != 0 || listen(listener_, 0) != 0 ||
      getsockname(listener_, generic, &size) != 0)
    throw std::runtime_error("cannot listen");
  port_ = ntohs(address.sin_port);
  // The queue is full when a connection is not made at once: on loopback only a dropped packet takes time.
  constexpr int kPatienceMs = 200;
  constexpr std::size_t kConnectionsMax = 16;
  for (bool full = false; !full;) {
    if (waiting_.size() == kConnectionsMax) throw std::runtime_error("the queue does not fill");
    waiting_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (connect(waiting_.back(), generic, size) != 0 && errno != EINPROGRESS)
      throw std::runtime_error("cannot connect");
    pollfd watched{waiting_.back(), POLLOUT, 0};
    full = poll(&watched, 1, kPatienceMs) == 0;
  }
}

BlackHole::~BlackHole() {
  for (const int each : waiting_) close(each);
  close(listener_);
}

}  // namespace sesame::testkit
