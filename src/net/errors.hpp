#pragma once

#include "base/error.hpp"
#include "base/errors.hpp"

namespace sesame::net::errors {

// The peer refused the connection.
inline constexpr ErrorName kRefused{"net.refused", Fault::temporary};
// A deadline passed before the operation ended.
inline constexpr ErrorName kTimeout{"net.timeout", Fault::temporary};
// The peer closed the connection, or this side did (Stream::close).
inline constexpr ErrorName kClosed{"net.closed", Fault::temporary};
// The host name has no address, or nobody could say. Facts: host, key.
inline constexpr ErrorName kUnresolved{
    "net.unresolved", Fault::temporary, {"the host{? of setting `{key}`} is unknown{?: {host}}"}};
// A connection cannot come from the given address of this machine. Facts: source.
inline constexpr ErrorName kSourceUnusable{"net.source_unusable", Fault::temporary};
// A TLS handshake or record failed, or a file of certificates or keys cannot be used. Facts: file.
inline constexpr ErrorName kTls{"net.tls", Fault::temporary};
// Any other failure of a socket; the cause says which. A listener names the facts host and port.
inline constexpr ErrorName kFailed{"net.failed", Fault::temporary};
// Another program listens on the address. Facts: host, port, key, flag.
inline constexpr ErrorName kAddressInUse{
    "net.address_in_use",
    Fault::state,
    {"the address {host}:{port}{? of setting `{key}`} is in use; "
     "stop the other program{? or give `{key}` another address}{? with {flag}}"}};
// A text is neither an address in digits nor a net (ADDRESS/BITS). Facts: value.
inline constexpr ErrorName kBadRange{"net.bad_range", Fault::input};
// A text is not an http or https URL. Facts: value.
inline constexpr ErrorName kBadUrl{"net.bad_url", Fault::input};
// A server answered something other than HTTP, or a body above the limit.
inline constexpr ErrorName kBadAnswer{"net.bad_answer", Fault::temporary};
// The queue of the blocking pool, or the server itself, is at its bound.
inline constexpr ErrorName kOverloaded{"net.overloaded", Fault::temporary, sesame::errors::kOverloadText};

}  // namespace sesame::net::errors
