#pragma once

#include "net/address.hpp"

struct sockaddr;

namespace sesame::net {

/// Whether an address is somewhere on the Internet: not this machine, a private or shared network, a link, a
/// group, a range kept for documentation or tests (the special-purpose registries of RFC 6890), or an IPv6
/// form that carries such an IPv4 address (mapped, 6to4, NAT64). False for other families. Pure. Thread: any.
bool is_public_address(const sockaddr& address);
bool is_public_address(const Address& address);

}  // namespace sesame::net
