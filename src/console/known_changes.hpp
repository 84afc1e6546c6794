#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.hpp"

namespace sesame::console {

/// Something that clients and proxies are known to change between signing and arriving. A value.
struct Change {
  std::string_view rule;                        // The finding's name; a literal.
  std::string text;                             // The cause, if undoing it makes the signature right.
  std::function<void(net::HttpRequest&)> undo;  // Makes the request what it was.
};

/// The changes to be tried for a request; `hosts`: names that it may have been signed for. Pure. Thread: any.
std::vector<Change> known_changes(const net::HttpRequest& request, std::span<const std::string> hosts);

}  // namespace sesame::console
