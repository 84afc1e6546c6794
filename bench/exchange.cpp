#include "exchange.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "base/clock.hpp"

namespace sesame::bench {
namespace {

constexpr int kSilenceMs = 60'000;

[[noreturn]] void give_up(const char* what, std::string_view detail = {}) {
  std::fprintf(stderr, "load: %s %.*s\n", what, static_cast<int>(std::min<std::size_t>(detail.size(), 2000)),
               detail.data());
  std::exit(1);
}

struct Connection {
  int socket = -1;
  std::string_view left;  // The part of the request that is not sent yet.
  std::string answer;
  double began = 0;
  bool waits_to_write = false;
};

int connect_to(unsigned short port) {
  const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (handle < 0 || ::connect(handle, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    give_up("cannot connect");
  const int on = 1;
  ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return handle;
}

/// Length of the body that the head announces; the head ends at `head_bytes`.
std::size_t announced_body(std::string_view answer, std::size_t head_bytes) {
  const std::string_view head = answer.substr(0, head_bytes);
  std::size_t at = head.find("Content-Length: ");
  if (at == head.npos) at = head.find("content-length: ");
  if (at == head.npos) give_up("an answer without Content-Length:", answer);
  at += std::string_view("Content-Length: ").size();
  std::size_t length = 0;
  std::from_chars(head.data() + at, head.data() + head.size(), length);
  return length;
}

class Driver {
 public:
  explicit Driver(const Exchange& exchange) : exchange_(exchange), connections_(exchange.connections) {
    poll_ = ::epoll_create1(0);
    for (Connection& connection : connections_) {
      connection.socket = connect_to(exchange.port);
      epoll_event wanted{.events = EPOLLIN, .data = {.ptr = &connection}};
      ::epoll_ctl(poll_, EPOLL_CTL_ADD, connection.socket, &wanted);
    }
  }
  ~Driver() {
    for (const Connection& connection : connections_) ::close(connection.socket);
    ::close(poll_);
  }

  Measured run() {
    const double start = steady_seconds();
    for (Connection& connection : connections_) begin(connection);
    std::array<epoll_event, 64> events{};
    while (open_ > 0) {
      const int ready = ::epoll_wait(poll_, events.data(), events.size(), kSilenceMs);
      if (ready == 0) give_up("the server said nothing for a minute");
      for (int i = 0; i < ready; ++i) {
        Connection& connection = *static_cast<Connection*>(events[i].data.ptr);
        if (events[i].events & EPOLLOUT) send_more(connection);
        if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(connection);
      }
    }
    measured_.seconds = steady_seconds() - start;
    return std::move(measured_);
  }

 private:
  void begin(Connection& connection) {
    connection.left = exchange_.next();
    if (connection.left.empty()) return;
    ++open_;
    connection.began = steady_seconds();
    send_more(connection);
  }

  void send_more(Connection& connection) {
    while (!connection.left.empty()) {
      const ssize_t sent = ::send(connection.socket, connection.left.data(), connection.left.size(),
                                  MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && errno != EAGAIN) give_up("the server closed a connection while a request was sent");
      if (sent < 0) return watch(connection, true);
      connection.left.remove_prefix(static_cast<std::size_t>(sent));
    }
    watch(connection, false);
  }

  void watch(Connection& connection, bool writing) {
    if (connection.waits_to_write == writing) return;
    connection.waits_to_write = writing;
    epoll_event wanted{.events = EPOLLIN | (writing ? EPOLLOUT : 0U), .data = {.ptr = &connection}};
    ::epoll_ctl(poll_, EPOLL_CTL_MOD, connection.socket, &wanted);
  }

  void receive(Connection& connection) {
    std::array<char, 65536> bytes;
    const ssize_t got = ::recv(connection.socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) give_up("the server closed a connection after", connection.answer);
    std::string& answer = connection.answer;
    answer.append(bytes.data(), static_cast<std::size_t>(got));
    const std::size_t end = answer.find("\r\n\r\n");
    if (end == answer.npos) return;
    const std::size_t body = announced_body(answer, end);
    if (answer.size() < end + 4 + body) return;
    const bool answered = answer.starts_with("HTTP/1.1 200") || answer.starts_with("HTTP/1.1 302");
    if (!answered || answer.find("\"Error\"") != answer.npos) give_up("answered", answer);
    measured_.latencies.push_back(steady_seconds() - connection.began);
    measured_.answer_bytes = answer.size();
    measured_.body_bytes = body;
    ++measured_.answers;
    answer.clear();
    --open_;
    begin(connection);
  }

  const Exchange& exchange_;
  std::vector<Connection> connections_;
  Measured measured_;
  std::size_t open_ = 0;
  int poll_ = -1;
};

}  // namespace

double steady_seconds() {
  static const SystemClock clock;
  return std::chrono::duration<double>(clock.steady_now().time_since_epoch()).count();
}

Measured drive(const Exchange& exchange) { return Driver(exchange).run(); }

}  // namespace sesame::bench
