#include "dns/reverse_name.hpp"

#include <span>

namespace sesame::dns {

std::string reverse_name(const net::Address& address) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const std::span<const unsigned char> bytes = address.bytes();
  std::string name;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    if (address.is_v4()) {
      name.append(std::to_string(bytes[i])).push_back('.');
    } else {
      name.append({kDigits[bytes[i] & 15U], '.', kDigits[bytes[i] >> 4U], '.'});
    }
  }
  return name + (address.is_v4() ? "in-addr.arpa" : "ip6.arpa");
}

}  // namespace sesame::dns
