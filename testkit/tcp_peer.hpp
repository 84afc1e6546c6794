#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace sesame::testkit {

/// One end of a plain TCP connection, blocking, with a deadline of ten seconds for everything: a test that
/// talks to a server byte by byte, or a scripted server that talks to a client. Thread: one.
class TcpPeer {
 public:
  static TcpPeer connect(std::uint16_t port);
  /// Owns `descriptor`. When `stop` (borrowed) becomes readable, waiting functions give up.
  explicit TcpPeer(int descriptor, int stop = -1) : descriptor_(descriptor), stop_(stop) {}
  ~TcpPeer();
  TcpPeer(TcpPeer&& other) noexcept;
  TcpPeer& operator=(TcpPeer&& other) noexcept;

  /// False when the other side has gone.
  bool send(std::string_view bytes);
  /// The next line without its CRLF or LF; "" also at the end.
  std::string read_line();
  std::string read_exactly(std::size_t bytes);
  /// All bytes up to and including `end` (or to the end of the connection).
  std::string read_until(std::string_view end);
  /// All bytes until the peer closes. `closed` is set to whether it did so within the deadline.
  std::string read_to_end(bool* closed = nullptr);
  /// An HTTP answer with a Content-Length: head and body.
  std::string read_http_answer();

  void finish_writing();
  void close();
  /// Closes so that the other side sees a reset.
  void reset();

  /// The other side's IPv4 address, in digits.
  std::string remote_address() const;

  /// For TLS over the connection: the socket, and whether it becomes readable before the deadline.
  int descriptor() const { return descriptor_; }
  bool wait_readable() const;

 private:
  bool wait_for(short events) const;
  bool fill();

  int descriptor_ = -1;
  int stop_ = -1;
  std::string buffered_;
};

/// A server on a port chosen by the kernel that runs `serve` for each connection on a thread of its own.
class TcpServer {
 public:
  using Serve = std::function<void(TcpPeer&)>;
  explicit TcpServer(Serve serve);
  ~TcpServer();
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::size_t accepted() const { return accepted_; }

 private:
  void accept_until_stopped();

  Serve serve_;
  int listener_ = -1;
  int stop_ = -1;  // An eventfd: readable once the server stops.
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> accepted_{0};
  std::vector<std::thread> sessions_;  // Only the accepting thread, after its end the destructor.
  std::thread thread_;
};

/// Plays a conversation written as lines from the client's view: "-> what the client sends" and "<- what the
/// server answers". In a "->" line a trailing "*" stands for anything. "<- !close" ends the connection, "<-
/// !silence" waits until the client gives up. Returns "" when all went as written, else what was different.
std::string play_server(TcpPeer& peer, std::string_view transcript);

}  // namespace sesame::testkit
