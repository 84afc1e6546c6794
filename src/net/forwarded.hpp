#pragma once

#include "net/address_ranges.hpp"
#include "net/http_server.hpp"

namespace sesame::net {

/// Puts the client in the place of the proxies that forwarded its request: `peer_address` becomes the last
/// address of X-Forwarded-For outside `proxies`, and `secure` follows X-Forwarded-Proto. Requests from other
/// addresses stay unchanged: their senders could write anything there. Pure. Thread: any.
void apply_forwarded(HttpRequest& request, const AddressRanges& proxies);

}  // namespace sesame::net
