#pragma once

#include <optional>
#include <string_view>

#include "net/http_server.hpp"

namespace sesame::console {

/// Reads a request that somebody copied: its bytes as text ("POST / HTTP/1.1", headers, an empty line, the
/// body; lines may end in LF alone), or a curl command for a shell. nullopt when it is neither. Pure.
/// Thread: any.
std::optional<net::HttpRequest> read_pasted_request(std::string_view text);

}  // namespace sesame::console
