#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/address.hpp"

namespace sesame::smtp {

enum class TlsPolicy : std::uint8_t {
  off,
  opportunistic,  // When offered, verified only with a login; in the clear when it is not offered or fails
                  // (RFC 7435).
  required,       // A server without usable TLS gets no mail.
};

/// The server of a connection, and how it is reached.
struct Target {
  std::string host;  // Its name, for TLS (SNI and the certificate) and for logs.
  std::uint16_t port = 25;
  std::optional<net::Address> address;  // nullopt: the addresses of `host`, by the system's resolver.
  std::optional<net::Address> source;   // An address of this machine to connect from; only with `address`.
  std::string helo_name;                // Our own fully qualified name.
  TlsPolicy tls = TlsPolicy::opportunistic;
};

}  // namespace sesame::smtp
