#pragma once

#include <string>

#include "net/address.hpp"

namespace sesame::dns {

/// The name at which the PTR records of an address are: "10.2.0.192.in-addr.arpa" (RFC 1035 §3.5), or that
/// under ip6.arpa (RFC 3596 §2.5). Pure. Thread: any.
std::string reverse_name(const net::Address& address);

}  // namespace sesame::dns
