#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "net/stream.hpp"

namespace sesame::net {

/// The inside of a Stream. For net's own .cpp files only: it brings Asio's templates.
struct Stream::Parts : std::enable_shared_from_this<Stream::Parts> {
  explicit Parts(boost::asio::ip::tcp::socket connected_or_new);

  /// From here on the operation that follows may take until the deadline; then the socket is closed under it.
  /// The timer is lazy: it is set only when none is set that fires early enough, and looks at the deadline
  /// when it fires. A request or an SMTP command therefore costs no timer operation.
  void watch(Deadline deadline);
  void unwatch() { deadline_ = std::chrono::steady_clock::time_point::max(); }

  /// Closes the stream and translates the error of an operation.
  Error fail(const boost::system::error_code& code);
  void close();
  /// Prepares the socket after connecting or accepting.
  void settle();
  /// Makes the encrypted layer over the socket.
  void wrap(const TlsContext& context);

  boost::asio::ip::tcp::socket socket;
  std::shared_ptr<boost::asio::ssl::context> tls_context;  // The context of `tls`.
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls;
  std::string peer_address;

 private:
  void set_timer();

  boost::asio::steady_timer timer_;
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
  // The value max() means that the timer is not set.
  std::chrono::steady_clock::time_point timer_at_ = std::chrono::steady_clock::time_point::max();
  bool timed_out_ = false;
};

}  // namespace sesame::net
