#include "base/uuid.hpp"

#include <array>

#include "base/hex.hpp"

namespace sesame {

std::string uuid_v4(Random& random) {
  std::array<char, 16> bytes;
  random.fill(std::as_writable_bytes(std::span(bytes)));
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x40);  // RFC 9562 §4.2: the version
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);  // RFC 9562 §4.1: the variant
  std::string text = encode_hex(std::string_view(bytes.data(), bytes.size()));
  for (const std::size_t at : {8, 13, 18, 23}) text.insert(at, 1, '-');
  return text;
}

}  // namespace sesame
