#include "routing/site.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <cstring>
#include <tuple>
#include <vector>

#include "base/hex.hpp"

namespace sesame::routing {

SiteKey::SiteKey(std::span<const dns::MailHost> hosts, std::uint16_t port) {
  std::vector<dns::MailHost> sorted(hosts.begin(), hosts.end());
  std::ranges::sort(sorted, {},
                    [](const dns::MailHost& each) { return std::tie(each.preference, each.host); });
  // No name contains a line end: the reader of DNS messages gives such bytes as digits.
  std::string text = std::to_string(port);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const bool next_preference = i > 0 && sorted[i].preference != sorted[i - 1].preference;
    text += next_preference ? "\n\n" : "\n";
    text += sorted[i].host;
  }
  set_digest(text);
}

SiteKey SiteKey::under(std::string_view demand) const {
  SiteKey key;
  // No list of hosts makes this text: three line ends do not follow one another in it.
  key.set_digest(text().append("\n\n\n").append(demand));
  return key;
}

void SiteKey::set_digest(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  ::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::memcpy(digest_.data(), digest.data(), digest_.size());
}

std::string SiteKey::text() const {
  return encode_hex({reinterpret_cast<const char*>(digest_.data()), digest_.size()});
}

std::size_t SiteKey::hash() const {
  std::size_t number = 0;
  std::memcpy(&number, digest_.data(), sizeof number);
  return number;
}

}  // namespace sesame::routing
