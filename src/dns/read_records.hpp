#pragma once

#include <optional>
#include <span>

#include "dns/server_answer.hpp"

namespace sesame::dns {

using WireBytes = std::span<const unsigned char>;

/// Reads a whole message as it came over the wire: its code, its flags, the first 200 records of its answer
/// section as far as their types are known, and the SOA record of its authority section; everything else is
/// passed over. nullopt when the message breaks its own lengths. Pure. Thread: any.
std::optional<ServerAnswer> read_server_answer(WireBytes message);

}  // namespace sesame::dns
