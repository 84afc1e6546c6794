#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sesame {

/// An address on which a program listens or to which it connects.
struct HostPort {
  std::string host;  // A name or an address literal, without brackets.
  std::uint16_t port = 0;
  bool operator==(const HostPort&) const = default;
};

/// Reads "HOST:PORT" or "[V6]:PORT"; nullopt for any other text. Pure. Thread: any.
std::optional<HostPort> parse_host_port(std::string_view text);

/// The text that parse_host_port() reads. Pure. Thread: any.
std::string to_text(const HostPort& address);

}  // namespace sesame
