#include "net/own_addresses.hpp"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <span>

namespace sesame::net {
namespace {

std::optional<Address> address_of(const sockaddr* given) {
  if (given == nullptr) return std::nullopt;  // An interface without an address.
  const auto read = [](const auto& bytes) {
    return Address::from_bytes({reinterpret_cast<const unsigned char*>(&bytes), sizeof bytes});
  };
  if (given->sa_family == AF_INET) {
    sockaddr_in known;
    std::memcpy(&known, given, sizeof known);
    return read(known.sin_addr);
  }
  if (given->sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 known;
  std::memcpy(&known, given, sizeof known);
  return read(known.sin6_addr);
}

}  // namespace

std::vector<Address> own_addresses() {
  ifaddrs* interfaces = nullptr;
  if (::getifaddrs(&interfaces) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(interfaces, &::freeifaddrs);
  std::vector<Address> addresses;
  for (const ifaddrs* each = interfaces; each != nullptr; each = each->ifa_next) {
    if (const std::optional<Address> address = address_of(each->ifa_addr)) addresses.push_back(*address);
  }
  std::ranges::sort(addresses);
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  return addresses;
}

bool can_bind(const Address& address) {
  const int socket = ::socket(address.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return errno != EAFNOSUPPORT;
  int result = 0;
  const std::span<const unsigned char> bytes = address.bytes();
  if (address.is_v4()) {
    sockaddr_in known{};
    known.sin_family = AF_INET;
    std::memcpy(&known.sin_addr, bytes.data(), bytes.size());
    result = ::bind(socket, reinterpret_cast<const sockaddr*>(&known), sizeof known);
  } else {
    sockaddr_in6 known{};
    known.sin6_family = AF_INET6;
    std::memcpy(&known.sin6_addr, bytes.data(), bytes.size());
    result = ::bind(socket, reinterpret_cast<const sockaddr*>(&known), sizeof known);
  }
  ::close(socket);
  return result == 0;
}

}  // namespace sesame::net
