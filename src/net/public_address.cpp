#include "net/public_address.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace sesame::net {

namespace {

struct Range4 {
  std::uint32_t first;
  unsigned bits;
};
constexpr std::uint32_t ip(unsigned a, unsigned b, unsigned c, unsigned d) {
  return a << 24 | b << 16 | c << 8 | d;
}
// IANA IPv4 Special-Purpose Address Registry, and multicast (RFC 5771).
constexpr Range4 kSpecial4[] = {
    {ip(0, 0, 0, 0), 8},      {ip(10, 0, 0, 0), 8},     {ip(100, 64, 0, 0), 10}, {ip(127, 0, 0, 0), 8},
    {ip(169, 254, 0, 0), 16}, {ip(172, 16, 0, 0), 12},  {ip(192, 0, 0, 0), 24},  {ip(192, 0, 2, 0), 24},
    {ip(192, 88, 99, 0), 24}, {ip(192, 168, 0, 0), 16}, {ip(198, 18, 0, 0), 15}, {ip(198, 51, 100, 0), 24},
    {ip(203, 0, 113, 0), 24}, {ip(224, 0, 0, 0), 3},
};

using Bytes6 = std::array<std::uint8_t, 16>;
struct Range6 {
  Bytes6 first;
  unsigned bits;
};
// IANA IPv6 Special-Purpose Address Registry, site-local (RFC 3879) and multicast (RFC 4291 §2.7).
constexpr Range6 kSpecial6[] = {
    {{}, 96},                                    // Unspecified, loopback, IPv4-compatible.
    {{0, 0x64, 0xff, 0x9b, 0, 1}, 48},           // Local NAT64.
    {{0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96},  // IPv4-translated (RFC 2765 §2.1).
    {{1, 0}, 64},                                // Discard-only.
    {{1, 0, 0, 0, 0, 0, 0, 1}, 64},              // Dummy prefix (RFC 9780).
    {{0x20, 0x01, 0x00}, 23},                    // Protocol assignments, Teredo.
    {{0x20, 0x01, 0x0d, 0xb8}, 32},              // Documentation.
    {{0x3f, 0xff}, 20},                          // Documentation.
    {{0x5f, 0x00}, 16},                          // Segment routing.
    {{0xfc}, 7},                                 // Unique local.
    {{0xfe, 0x80}, 9},                           // Link-local and site-local.
    {{0xff}, 8},                                 // Multicast.
};

bool is_public4(std::uint32_t address) {
  return std::ranges::none_of(kSpecial4, [address](const Range4& range) {
    return (address ^ range.first) >> (32 - range.bits) == 0;
  });
}

bool starts_with(const Bytes6& address, const Bytes6& first, unsigned bits) {
  const unsigned whole = bits / 8;
  if (std::memcmp(address.data(), first.data(), whole) != 0) return false;
  return bits % 8 == 0 || (address[whole] ^ first[whole]) >> (8 - bits % 8) == 0;
}

std::uint32_t ipv4_at(const Bytes6& address, std::size_t place) {
  return ip(address[place], address[place + 1], address[place + 2], address[place + 3]);
}

bool is_public6(const Bytes6& address) {
  constexpr Bytes6 kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  constexpr Bytes6 kNat64{0, 0x64, 0xff, 0x9b};  // RFC 6052
  constexpr Bytes6 k6to4{0x20, 0x02};            // RFC 3056
  if (starts_with(address, kMapped, 96) || starts_with(address, kNat64, 96))
    return is_public4(ipv4_at(address, 12));
  if (starts_with(address, k6to4, 16)) return is_public4(ipv4_at(address, 2));
  return std::ranges::none_of(
      kSpecial6, [&](const Range6& range) { return starts_with(address, range.first, range.bits); });
}

}  // namespace

bool is_public_address(const Address& address) {
  Bytes6 bytes{};
  std::ranges::copy(address.bytes(), bytes.begin());
  return address.is_v4() ? is_public4(ipv4_at(bytes, 0)) : is_public6(bytes);
}

bool is_public_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in known;
    std::memcpy(&known, &address, sizeof known);
    return is_public4(ntohl(known.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 known;
    std::memcpy(&known, &address, sizeof known);
    Bytes6 bytes;
    std::memcpy(bytes.data(), &known.sin6_addr, bytes.size());
    return is_public6(bytes);
  }
  return false;
}

}  // namespace sesame::net
