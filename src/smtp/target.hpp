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

/// The demand of a published policy for a server's certificate, above TlsPolicy (RFC 8461).
enum class CertificateDemand : std::uint8_t {
  none,
  noted,     // It is verified for the record; mail goes either way.
  required,  // A server without TLS and a certificate that is valid for its name gets no mail.
};

/// How the MTA-STS policies of destinations are used.
enum class StsUse : std::uint8_t {
  off,     // They are not looked up.
  report,  // They are looked up, and failures counted, but not followed.
  follow,
};

/// The server of a connection, and how it is reached.
struct Target {
  std::string host;  // Its name, for TLS (SNI and the certificate) and for logs.
  std::uint16_t port = 25;
  std::optional<net::Address> address;  // nullopt: the addresses of `host`, by the system's resolver.
  std::optional<net::Address> source;   // An address of this machine to connect from; only with `address`.
  std::string helo_name;                // Our own fully qualified name.
  TlsPolicy tls = TlsPolicy::opportunistic;
  CertificateDemand certificate = CertificateDemand::none;

  /// Whether mail must not go in the clear.
  bool requires_tls() const {
    return tls == TlsPolicy::required || certificate == CertificateDemand::required;
  }
};

}  // namespace sesame::smtp
