#include "base/uuid.hpp"

#include <array>

#include "base/hex.hpp"

namespace sesame {

std::string uuid_v4(Random& random) {
  std::array<char, 16> bytes;
  random.fill(std::as_writable_bytes(std::span(bytes)));
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x40);  // RFC 9562 §4.2: the version
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);  // RFC 9562 §4.1: the variant
  const std::string digits = encode_hex(std::string_view(bytes.data(), bytes.size()));
  std::string text;
  text.reserve(36);
  text.append(digits, 0, 8).append(1, '-').append(digits, 8, 4).append(1, '-').append(digits, 12, 4);
  text.append(1, '-').append(digits, 16, 4).append(1, '-').append(digits, 20, 12);
  return text;
}

}  // namespace sesame
