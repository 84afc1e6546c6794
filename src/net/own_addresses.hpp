#pragma once

#include <vector>

#include "net/address.hpp"

namespace sesame::net {

/// The addresses of this machine's interfaces, each once, loopback and private ones included. Empty when the
/// system does not give them. Thread: any.
std::vector<Address> own_addresses();

/// Whether a socket of this machine can be given the address: it may also have a whole range routed to it.
/// True when the machine refuses to say, for want of sockets. Thread: any.
bool can_bind(const Address& address);

}  // namespace sesame::net
