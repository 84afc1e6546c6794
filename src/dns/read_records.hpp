#pragma once

#include <optional>

#include "dns/server_queries.hpp"
#include "dns/wire_answer.hpp"

namespace sesame::dns {

/// Reads a whole message: its code, its flags and the records of its answer section of the types that are
/// asked for; others are passed over. nullopt when the message breaks its own lengths. Pure. Thread: any.
std::optional<ServerAnswer> read_server_answer(WireBytes message);

}  // namespace sesame::dns
