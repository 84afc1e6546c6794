#include "net/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

namespace sesame::net {

std::optional<Address> Address::parse(std::string_view text) {
  const std::string terminated(text);
  if (terminated.size() >= INET6_ADDRSTRLEN || terminated.find('\0') != std::string::npos)
    return std::nullopt;
  Address address;
  if (::inet_pton(AF_INET, terminated.c_str(), address.bytes_.data()) == 1) return address;
  if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes_.data()) != 1) return std::nullopt;
  address.size_ = kBytes6;
  return address;
}

std::optional<Address> Address::from_bytes(std::span<const unsigned char> bytes) {
  if (bytes.size() != kBytes4 && bytes.size() != kBytes6) return std::nullopt;
  Address address;
  std::ranges::copy(bytes, address.bytes_.begin());
  address.size_ = static_cast<std::uint8_t>(bytes.size());
  return address;
}

bool Address::is_mapped() const {
  constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return !is_v4() && std::equal(kMapped.begin(), kMapped.end(), bytes_.begin());
}

std::string Address::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(is_v4() ? AF_INET : AF_INET6, bytes_.data(), text.data(), text.size());
  return text.data();
}

std::string Endpoint::text() const {
  const std::string digits = address.text();
  return (address.is_v4() ? digits : "[" + digits + "]") + ":" + std::to_string(port);
}

}  // namespace sesame::net
