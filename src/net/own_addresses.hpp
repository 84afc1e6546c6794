#pragma once

#include <vector>

#include "net/address.hpp"

namespace sesame::net {

/// The addresses of this machine's interfaces, each once, loopback and private ones included. Empty when the
/// system does not give them. Thread: any.
std::vector<Address> own_addresses();

}  // namespace sesame::net
