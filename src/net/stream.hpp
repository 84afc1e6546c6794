#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/address.hpp"
#include "net/deadline.hpp"
#include "net/task.hpp"
#include "net/tls.hpp"

namespace sesame::net {

/// A TCP connection, plain or (after start_tls) encrypted. Belongs to the loop of the coroutine that made it;
/// one operation at a time, and only close() may be called while one waits.
///
/// Every operation ends by its deadline, which may be given as a duration. After an error the stream is
/// closed and good for nothing more. Reasons: errors::kRefused, errors::kTimeout, errors::kClosed (by the
/// peer or by close()), errors::kUnresolved, errors::kTls, errors::kFailed (anything else); the cause says
/// more.
class Stream {
 public:
  struct Parts;

  /// Tries the addresses of `host` (a name or a literal) in order, all of them before the deadline.
  static Task<Result<Stream>> connect(std::string host, std::uint16_t port, Deadline deadline);
  /// Connects to one address; with `source`, from that address of this machine. errors::kSourceUnusable when
  /// this machine has no such address, or it is of the other family.
  static Task<Result<Stream>> connect(Endpoint endpoint, std::optional<Address> source, Deadline deadline);

  explicit Stream(std::shared_ptr<Parts> parts);
  ~Stream();  // close()
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;

  /// Reads at least one byte; the end of the peer's bytes is errors::kClosed.
  Task<Result<std::size_t>> read_some(std::span<char> into, Deadline deadline);

  /// Writes all bytes, or ends with an error; the bytes are borrowed until then.
  Task<Status> write_all(std::string_view bytes, Deadline deadline);
  /// Writes all pieces, gathered into as few system calls as possible.
  Task<Status> write_all(std::vector<std::string_view> pieces, Deadline deadline);

  /// The handshake, as client. `server_name` goes into SNI and is what a verifying context checks; it may be
  /// an address literal.
  Task<Status> start_tls(const TlsContext& context, std::string server_name, Deadline deadline);
  /// Why the peer's certificate is not valid for its name, for people; empty when it is. After start_tls()
  /// with a context that notes it (TlsVerify::noted).
  std::string certificate_problem() const;
  /// The handshake, as server.
  Task<Status> accept_tls(const TlsContext& context, Deadline deadline);

  /// Ends the sending direction, discards the peer's further bytes (at most 32 MiB) until it closes, too, or
  /// the deadline passes, then closes. A plain close() with unread bytes would make the peer lose the last
  /// answer.
  Task<void> close_gently(Deadline deadline);

  /// Writes the bytes that the kernel accepts at once, then closes: refuses a client without waiting. Only
  /// for plain connections, as their first operation.
  void write_and_leave(std::string_view bytes);

  /// The first byte that the peer sends before us; it stays to be read. nullopt when none arrived within
  /// `patience`, or the peer has closed. Before TLS only.
  Task<std::optional<unsigned char>> peek(std::chrono::milliseconds patience);

  /// Whether the peer has sent bytes or closed: a parked connection on which no bytes are due is then
  /// useless.
  bool readable_now() const;

  /// Closes at once; a waiting operation ends with errors::kClosed. May be called again.
  void close();
  bool is_open() const;

  /// The peer's address without the port ("127.0.0.1", "::1"); valid after close(), too.
  const std::string& peer_address() const;

 private:
  std::shared_ptr<Parts> parts_;
};

}  // namespace sesame::net
