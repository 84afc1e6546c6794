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

  explicit Stream(std::shared_ptr<Parts> parts);
  ~Stream();  // close()
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;

  /// At least one byte; the end of the peer's bytes is errors::kClosed.
  Task<Result<std::size_t>> read_some(std::span<char> into, Deadline deadline);

  /// All or an error; the bytes are borrowed until it ends.
  Task<Status> write_all(std::string_view bytes, Deadline deadline);
  /// The same with pieces, gathered into as few system calls as possible.
  Task<Status> write_all(std::vector<std::string_view> pieces, Deadline deadline);

  /// The handshake, as client. `server_name` goes into SNI and is what a verifying context checks; it may be
  /// an address literal.
  Task<Status> start_tls(const TlsContext& context, std::string server_name, Deadline deadline);
  /// The handshake, as server.
  Task<Status> accept_tls(const TlsContext& context, Deadline deadline);

  /// Says goodbye, then throws away what the peer still sends (32 MiB at most) until it closes too or the
  /// deadline passes, then closes. A plain close() with unread bytes would make the peer lose the last
  /// answer.
  Task<void> close_gently(Deadline deadline);

  /// What the kernel takes of the bytes at once, then closes: to turn somebody away without waiting. Plain
  /// connections only, before anything else is done with them.
  void write_and_leave(std::string_view bytes);

  /// The first byte that the peer sends without being asked, left to be read; nothing when none came within
  /// `patience`, or the peer has gone. Before TLS only.
  Task<std::optional<unsigned char>> peek(std::chrono::milliseconds patience);

  /// Whether the peer has sent something or gone away: on a connection kept for later, where nothing may
  /// come, it means that it is of no more use.
  bool readable_now() const;

  /// At once; an operation that waits ends with errors::kClosed. May be called again.
  void close();
  bool is_open() const;

  bool is_encrypted() const;
  /// The peer's address without the port ("127.0.0.1", "::1"); kept from the beginning.
  const std::string& peer_address() const;

 private:
  std::shared_ptr<Parts> parts_;
};

}  // namespace sesame::net
