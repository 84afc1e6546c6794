#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/stream.hpp"

namespace sesame::net {

class Loops;

/// Accepts connections at one address and distributes them over the loops in turn. There is one listener, not
/// one per loop (SO_REUSEPORT): the kernel would spread few connections unevenly and would not notice a
/// second program on the port. The loops outlive it. Thread: any.
class Listener {
 public:
  /// Called on the first loop for each connection, which belongs to `loop` from then on. Must not wait.
  using Take = std::function<void(Stream stream, std::size_t loop)>;

  /// `host` is a name or an address literal, its first address is used; port 0: the kernel chooses.
  Listener(Loops& loops, std::string host, std::uint16_t port);
  ~Listener();  // close()
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// The port. `take` is kept until the last accept has ended, on the loops. Errors: errors::kUnresolved,
  /// errors::kAddressInUse, errors::kFailed.
  Result<std::uint16_t> start(Take take);

  /// Stops accepting soon after. May be called again, and without start().
  void close();

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

/// The network that counts as one peer where connections or failures are limited: an IPv4 address itself, for
/// an IPv6 address its /64, which one customer gets (RFC 6177 §2). Other text is returned unchanged. Pure.
/// Thread: any.
std::string network_of(std::string_view peer_address);

}  // namespace sesame::net
