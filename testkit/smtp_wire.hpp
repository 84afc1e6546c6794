#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "testkit/tcp_peer.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace sesame::testkit {

/// A blocking socket, plain or encrypted, with a deadline of ten seconds for everything. Does not own the
/// socket.
class SmtpWire {
 public:
  explicit SmtpWire(const TcpPeer& peer) : peer_(peer), descriptor_(peer.descriptor()) {}

  bool send(std::string_view bytes);
  /// The next line without its line end; nullopt at the end of the connection.
  std::optional<std::string> read_line();
  /// Appends some more bytes to `into`; false at the end.
  bool read_more(std::string& into);
  /// Bytes that were read behind the last line.
  std::string take_buffered();
  void put_back(std::string bytes) { buffered_ = std::move(bytes) + buffered_; }
  bool accept_tls(ssl_ctx_st& context);
  std::string client_address() const { return peer_.remote_address(); }
  bool encrypted() const { return tls_ != nullptr; }
  void wait_until_left();
  void hang_up();
  void reset();

 private:
  const TcpPeer& peer_;
  const int descriptor_;
  std::shared_ptr<ssl_st> tls_;
  std::string buffered_;
};

}  // namespace sesame::testkit
